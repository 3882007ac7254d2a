namespace Bongsu.Bench.Sampling;

/// <summary>What a trace of the load is.</summary>
internal enum TraceFate
{
    /// <summary>Of a health check: dropped.</summary>
    Probe,
    /// <summary>With an error: kept.</summary>
    Error,
    /// <summary>With a span over a second: kept.</summary>
    Slow,
    /// <summary>With an attribute that a policy wants: kept.</summary>
    Wanted,
    /// <summary>One in twenty is kept, by its id.</summary>
    Ordinary,
}
