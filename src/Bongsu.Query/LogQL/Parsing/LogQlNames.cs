namespace Bongsu.Query.LogQL.Parsing;

/// <summary>Finds which labels a query speaks of. Pure.</summary>
internal static class LogQlNames
{
    /// <summary>Whether a query names a label: in a selector, a stage, a grouping or a matching. What lines hold is no name.</summary>
    public static bool Mentions(LogQlExpr expr, string label) => expr switch
    {
        LogExpr log => Mentions(log, label),
        RangeAggregationExpr range => Mentions(range.Log, label) || Mentions(range.Unwrap, label) || Mentions(range.Grouping, label),
        VectorAggregationExpr vector => Mentions(vector.Grouping, label) || Mentions(vector.Inner, label),
        LabelReplaceExpr replace => replace.Source == label || replace.Target == label || Mentions(replace.Inner, label),
        BinaryExpr binary => Mentions(binary.Left, label) || Mentions(binary.Right, label)
            || binary.Matching is { } matching && (matching.Labels.Contains(label) || matching.Include.Contains(label)),
        _ => false,
    };

    private static bool Mentions(LogExpr log, string label) =>
        log.Matchers.Any(m => m.Name == label) || log.Stages.Any(s => s.ReadsLabels.Contains(label));

    private static bool Mentions(Unwrap? unwrap, string label) =>
        unwrap is not null && (unwrap.Label == label || unwrap.PostFilters.Any(f => f.ReadsLabels.Contains(label)));

    private static bool Mentions(Grouping? grouping, string label) => grouping?.Labels.Contains(label) == true;
}
