using Bongsu.Storage.Rollups;

namespace Bongsu.Storage;

/// <summary>How a <see cref="DiskStore"/> keeps its data. Zero means "no limit" where it says so.</summary>
public sealed record DiskStoreOptions
{
    /// <summary>The data directory; made when absent.</summary>
    public required string Directory { get; init; }

    public Durability Durability { get; init; } = Durability.Fsync;

    /// <summary>How long metrics are kept; zero: for ever.</summary>
    public TimeSpan RetentionMetrics { get; init; } = TimeSpan.FromDays(15);

    /// <summary>How long the rollups of five minutes are kept; zero: for ever. None are made unless that is longer than <see cref="RetentionMetrics"/>.</summary>
    public TimeSpan RetentionMetrics5m { get; init; } = TimeSpan.FromDays(90);

    /// <summary>How long the rollups of an hour are kept; as <see cref="RetentionMetrics5m"/>.</summary>
    public TimeSpan RetentionMetrics1h { get; init; } = TimeSpan.FromDays(400);

    /// <summary>Series that are kept for another time than <see cref="RetentionMetrics"/>; of several rules that match a series the first holds. They have no rollups.</summary>
    public IReadOnlyList<MetricRetentionRule> MetricRetentionRules { get; init; } = [];

    /// <summary>How long logs are kept; zero: for ever.</summary>
    public TimeSpan RetentionLogs { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How long spans are kept; zero: for ever.</summary>
    public TimeSpan RetentionTraces { get; init; } = TimeSpan.FromDays(3);

    /// <summary>Log streams that are kept for another time than <see cref="RetentionLogs"/>; of several rules that match a stream the first holds.</summary>
    public IReadOnlyList<EventRetentionRule> LogRetentionRules { get; init; } = [];

    /// <summary>Services whose spans are kept for another time than <see cref="RetentionTraces"/>; likewise.</summary>
    public IReadOnlyList<EventRetentionRule> TraceRetentionRules { get; init; } = [];

    /// <summary>Past this the oldest sealed files are deleted, whatever their signal; zero: no limit.</summary>
    public long DiskLimitBytes { get; init; }

    /// <summary>Memory for what is not sealed yet. Heads are sealed early at three eighths (metrics) or an eighth (logs, spans) of it; past five eighths of it new series, past three quarters all samples, and past a quarter each logs and spans are refused.</summary>
    public long MemoryLimitBytes { get; init; } = 1L << 30;

    /// <summary>How far in the future a metric sample may lie.</summary>
    public TimeSpan FutureToleranceMetrics { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How far in the future a log record or span may lie.</summary>
    public TimeSpan FutureToleranceEvents { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Series in the head at a time; zero: no limit.</summary>
    public int MaxActiveSeries { get; init; } = 1_000_000;

    /// <summary>Time window of a metric head and of the block it becomes, a while after the window is over by its samples or by the clock.</summary>
    public TimeSpan BlockWindow { get; init; } = TimeSpan.FromHours(2);

    /// <summary>Age at which logs and spans are sealed.</summary>
    public TimeSpan SegmentAge { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Memory of one event head (logs, spans) at which it is sealed.</summary>
    public long SegmentHeadBytes { get; init; } = 32L << 20;

    /// <summary>How often heads, retention and the disk limit are looked at.</summary>
    public TimeSpan FlushInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Size at which a WAL file is closed and the next begun.</summary>
    public long WalFileBytes { get; init; } = 16L << 20;

    /// <summary>How long the rollups of a resolution are kept; zero: for ever; null: none are made.</summary>
    internal TimeSpan? RetentionOf(RollupResolution resolution)
    {
        var retention = resolution == RollupResolution.Hour ? RetentionMetrics1h : RetentionMetrics5m;
        var isLonger = RetentionMetrics > TimeSpan.Zero && (retention == TimeSpan.Zero || retention > RetentionMetrics);
        return isLonger ? retention : null;
    }
}
