using Bongsu.Query.TraceQL.Evaluation;
using Bongsu.Query.TraceQL.Parsing;

namespace Bongsu.Query.TraceQL.Metrics;

/// <summary>Finds the row of a span by the values of the fields that a metrics function groups by. Not thread-safe.</summary>
internal sealed class SpanGroups<TRow>(IReadOnlyList<(string Text, FieldExpr Field)> by, PointBudget budget, Func<TRow> make) where TRow : class
{
    private readonly Dictionary<TraceValue[], TRow> _rows = new(new ByValues());
    private readonly TraceValue[] _key = new TraceValue[by.Count];

    public IEnumerable<(IReadOnlyList<KeyValuePair<string, TraceValue>> Labels, TRow Row)> All => _rows.Select(r => (LabelsOf(r.Key), r.Value));

    public TRow Of(TraceView spans, int span)
    {
        for (var i = 0; i < by.Count; i++)
            _key[i] = SpanEvaluation.Evaluate(by[i].Field, spans, span);
        return _rows.TryGetValue(_key, out var row) ? row : Add();
    }

    /// <summary>Makes the one row of what is not grouped, so that it is there without a span too.</summary>
    public TRow Add()
    {
        budget.CheckSeries(_rows.Count + 1);
        return _rows[[.. _key]] = make();
    }

    // A label without a value is left out; where none has one, the first says so.
    private IReadOnlyList<KeyValuePair<string, TraceValue>> LabelsOf(TraceValue[] values)
    {
        var labels = new List<KeyValuePair<string, TraceValue>>();
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i].Type != TraceValueKind.Nil)
                labels.Add(new(by[i].Text, values[i]));
        }
        if (labels.Count == 0 && values.Length > 0)
            labels.Add(new(by[0].Text, default));
        return labels;
    }

    private sealed class ByValues : IEqualityComparer<TraceValue[]>
    {
        public bool Equals(TraceValue[]? x, TraceValue[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(TraceValue[] values)
        {
            var hash = new HashCode();
            foreach (var value in values)
                hash.Add(value);
            return hash.ToHashCode();
        }
    }
}
