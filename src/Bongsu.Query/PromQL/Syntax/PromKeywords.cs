namespace Bongsu.Query.PromQL.Syntax;

/// <summary>Words with a meaning of their own.</summary>
internal static class PromKeywords
{
    private static readonly HashSet<string> Aggregations = new(StringComparer.OrdinalIgnoreCase)
    {
        "sum", "avg", "min", "max", "count", "group", "stddev", "stdvar", "topk", "bottomk", "quantile", "count_values", "limitk", "limit_ratio",
    };

    private static readonly HashSet<string> Modifiers = new(StringComparer.OrdinalIgnoreCase)
    {
        "offset", "smoothed", "anchored", "by", "without", "on", "ignoring", "group_left", "group_right", "fill", "fill_left", "fill_right", "bool",
    };

    private static readonly HashSet<string> Operators = new(StringComparer.OrdinalIgnoreCase) { "and", "or", "unless", "atan2" };

    private static readonly HashSet<string> Times = new(StringComparer.OrdinalIgnoreCase) { "start", "end", "step", "range", "min_of", "max_of" };

    public static bool IsAggregation(string word) => Aggregations.Contains(word);

    /// <summary>Words that cannot name a metric or a function.</summary>
    public static bool IsReserved(string word) =>
        word.ToLowerInvariant() is "on" or "ignoring" or "group_left" or "group_right" or "bool" or "atan2";

    /// <summary>As parse errors name it; null for ordinary words.</summary>
    public static string? Describe(string word) => Modifiers.Contains(word) ? $"<{word}>"
        : Operators.Contains(word) ? $"<op:{word}>"
        : Aggregations.Contains(word) ? $"<aggr:{word}>"
        : Times.Contains(word) ? $"\"{word}\"" : null;
}
