namespace Bongsu.Query;

/// <summary>How many queries may run and wait.</summary>
public sealed record QueryGateOptions
{
    /// <summary>Queries that run at a time, of all priorities together; 2 or more.</summary>
    public int Slots { get; init; } = Math.Max(4, Environment.ProcessorCount * 2);

    /// <summary>Slots that each priority keeps for itself; at most half of them.</summary>
    public int ReservedSlots { get; init; } = 1;

    /// <summary>Queries of one priority that may wait; more are refused at once.</summary>
    public int MaxWaiting { get; init; } = 1_000;

    /// <summary>How long a query waits before it is refused.</summary>
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromSeconds(30);
}
