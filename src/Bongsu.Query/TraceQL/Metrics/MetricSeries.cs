namespace Bongsu.Query.TraceQL.Metrics;

/// <summary>One series while a query is worked out: a value a step, NaN where there is none.</summary>
internal sealed record MetricSeries(IReadOnlyList<KeyValuePair<string, TraceValue>> Labels, double[] Values, IReadOnlyList<TraceExemplar> Exemplars)
{
    /// <summary>Name of the label that holds the function where spans are not grouped.</summary>
    public const string NameLabel = "__name__";

    /// <summary>The labels but for the function's name, as a key.</summary>
    public string Key { get; } = KeyOf(Labels);

    private static string KeyOf(IReadOnlyList<KeyValuePair<string, TraceValue>> labels) => string.Join('\0',
        labels.Where(l => l.Key != NameLabel).OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}\u0001{(int)l.Value.Type}\u0001{l.Value}"));
}
