namespace Bongsu.Telemetry;

/// <summary>Why a record was refused.</summary>
public enum RejectReason : byte
{
    None,
    /// <summary>It breaks the data model: no metric name, bad label name, histogram whose parts do not fit, invalid id.</summary>
    Invalid,
    /// <summary>Older than retention.</summary>
    TooOld,
    /// <summary>Further in the future than a clock may be wrong.</summary>
    TooFarInFuture,
    /// <summary>A limit on length or number (label value, attributes, line).</summary>
    TooLarge,
    /// <summary>A new series or stream beyond the budget.</summary>
    SeriesBudget,
    /// <summary>Over the memory limit; the sender may try again later.</summary>
    MemoryLimit,
    /// <summary>The disk is full or failing; the sender may try again later.</summary>
    DiskFull,
    /// <summary>Beyond what a service may send on one day.</summary>
    DailyBudget,
}

/// <summary>Some records refused for one reason; <paramref name="Detail"/> names the offender and the limit, for the sender to read.</summary>
public readonly record struct Rejection(RejectReason Reason, int Count, string Detail);

/// <summary>What became of an appended batch. Accepted records are durable.</summary>
public sealed record AppendResult(int Accepted, IReadOnlyList<Rejection> Rejections)
{
    /// <summary>How many of <see cref="Accepted"/> are native histograms.</summary>
    public int AcceptedHistograms { get; init; }

    /// <summary>The exemplars that were taken beside the samples; they count in neither <see cref="Accepted"/> nor <see cref="Rejected"/>.</summary>
    public int AcceptedExemplars { get; init; }

    public int Rejected
    {
        get
        {
            var count = 0;
            foreach (var rejection in Rejections)
                count += rejection.Count;
            return count;
        }
    }

    public static AppendResult All(int accepted) => new(accepted, []);
}
