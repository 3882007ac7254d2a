using Bongsu.Query.PromQL.Syntax;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>How far the window of an anchored or smoothed selector reaches beyond its range, in milliseconds.</summary>
internal readonly record struct EdgeWidths(long BackMs, long ForwardMs)
{
    public static EdgeWidths Of(RangeEdges edges, PromQlOptions options)
    {
        var lookback = (long)options.Lookback.TotalMilliseconds;
        return edges switch
        {
            RangeEdges.Anchored => new EdgeWidths(lookback, 0),
            RangeEdges.Smoothed => new EdgeWidths(lookback, lookback),
            _ => default,
        };
    }

    /// <summary>The range as written, of the window that was widened for it.</summary>
    public (long BeginMs, long EndMs) Inside(long beginMs, long endMs) => (beginMs + BackMs, endMs - ForwardMs);
}
