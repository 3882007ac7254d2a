using Bongsu.Response.Red;

namespace Bongsu.Response.Services;

/// <summary>A service that has sent anything in the time looked at.</summary>
/// <param name="Source">Null when it sends no request metrics.</param>
/// <param name="Series">Its request counters of that source.</param>
internal sealed record KnownService(
    string Name, RedSource? Source, IReadOnlyList<RedSeries> Series, string? Namespace, string? Environment, string? Version, long? LastSeenMs, long IntervalMs)
{
    /// <summary>Its first request sample within the time looked at; 0 when it has none.</summary>
    public long FirstMs { get; } = Series.Count > 0 ? Series.Min(s => s.FirstMs) : 0;

    public long RecentMs(long fromMs, long toMs) => RecentWindow.Ms(fromMs, toMs, FirstMs, IntervalMs);
}
