using Bongsu.Telemetry.Logs;
using Bongsu.Telemetry.Metrics;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Telemetry;

/// <summary>
/// What a store can do. The default value can do the least; what it cannot do is refused before it is asked (see <see cref="ITelemetryStore"/>).
/// </summary>
/// <param name="Metrics">Keeps metrics.</param>
/// <param name="Logs">Keeps logs.</param>
/// <param name="Spans">Keeps spans.</param>
/// <param name="NativeHistograms">Keeps native histograms.</param>
/// <param name="Exemplars">Keeps exemplars.</param>
/// <param name="Deletion">Deletes metrics by selection.</param>
/// <param name="Snapshots">Writes snapshots of its metrics.</param>
public readonly record struct StoreCapabilities(bool Metrics, bool Logs, bool Spans, bool NativeHistograms, bool Exemplars, bool Deletion, bool Snapshots)
{
    /// <summary>Deletes logs by selection.</summary>
    public bool LogDeletion { get; init; }

    /// <summary>Deletes spans by selection.</summary>
    public bool SpanDeletion { get; init; }

    /// <summary>Drops whole traces.</summary>
    public bool TraceDrops { get; init; }
}

/// <summary>
/// Keeps telemetry and selects it back. Append says per batch what was accepted, what was refused and why, and completes only when the accepted
/// part is durable. Selections see everything appended before they began.
/// </summary>
public interface ITelemetryStore : IAsyncDisposable
{
    StoreCapabilities Capabilities { get; }
    IMetricStore Metrics { get; }
    ILogStore Logs { get; }
    ISpanStore Spans { get; }

    /// <summary>Size and health, for the storage page and Bongsu's own metrics.</summary>
    StoreStatus Status { get; }
}

/// <summary>A store's own figures at one moment.</summary>
public sealed record StoreStatus
{
    public required long SeriesActive { get; init; }
    public required long StreamsActive { get; init; }
    public required long SamplesAppended { get; init; }
    public required long LogRecordsAppended { get; init; }
    public required long SpansAppended { get; init; }
    public required long DiskBytes { get; init; }
    public required long DiskFreeBytes { get; init; }
    /// <summary>Damage found and contained, disk errors: one sentence each; empty when all is well.</summary>
    public required IReadOnlyList<string> Problems { get; init; }
}
