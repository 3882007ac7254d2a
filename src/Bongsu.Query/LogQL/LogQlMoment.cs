namespace Bongsu.Query.LogQL;

/// <summary>What a query at one moment asks for besides its text.</summary>
/// <param name="TimeNanos">The moment, ns since the epoch.</param>
public sealed record LogQlMoment(long TimeNanos)
{
    /// <summary>As <see cref="LogQlRange.WithDiscovered"/>, of what the query names.</summary>
    public bool WithDiscovered { get; init; }

    /// <summary>
    /// Most records that each range of the query reads, the newest first; then <see cref="LogQlResult.CountedFromNanos"/> says from when on there are figures. Zero:
    /// all of them.
    /// </summary>
    public int NewestRecords { get; init; }
}
