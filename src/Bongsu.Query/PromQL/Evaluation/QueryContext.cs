using Bongsu.Query.PromQL.Syntax;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>What one evaluation shares: its limits and what it has used of them, what it has to say, and its pool of step columns. Not thread-safe.</summary>
internal sealed class QueryContext(string query, TimeGrid grid, PromQlOptions options, CancellationToken cancellationToken)
{
    private readonly List<string> _warnings = [];
    private readonly List<string> _infos = [];
    private readonly HashSet<string> _said = [];
    private readonly Dictionary<int, Stack<double[]>> _pool = [];
    private long _held;

    // Why: what a query says must not outgrow what it answers.
    private const int MaxAnnotations = 100;

    /// <summary>The steps of the whole query (not of a subquery).</summary>
    public TimeGrid Grid { get; } = grid;

    public PromQlOptions Options { get; } = options;

    public bool IsRange { get; init; }

    public IReadOnlyList<string> Warnings => _warnings;

    public IReadOnlyList<string> Infos => _infos;

    public void Warn(PromExpr at, string message) => Say(_warnings, $"PromQL warning: {message} ({PromQlParser.Place(query, at.Span.Start)})");

    public void Info(PromExpr at, string message) => Say(_infos, $"PromQL info: {message} ({PromQlParser.Place(query, at.Span.Start)})");

    /// <summary>A string as the query writes it, for strings that may be no valid text.</summary>
    public string Written(StringExpr text) => text.Text.Contains('\uFFFD', StringComparison.Ordinal)
        ? query[text.Span.Start..text.Span.End]
        : PromQlPrinter.Quote(text.Text);

    public void WarnPlain(string message) => Say(_warnings, message);

    /// <summary>Adds the metric name to a message when there is one.</summary>
    public static string ForMetric(string message, LabelSet labels) =>
        labels.Get(LabelNames.MetricName) is { } name ? $"{message} for metric name {PromQlPrinter.Quote(name)}" : message;

    public void Check() => cancellationToken.ThrowIfCancellationRequested();

    /// <summary>A column of absent values, as long as the grid.</summary>
    public double[] Rent(int steps)
    {
        Hold(steps);
        Check();
        var column = _pool.TryGetValue(steps, out var free) && free.Count > 0 ? free.Pop() : new double[steps];
        Array.Fill(column, StepSeries.Absent);
        return column;
    }

    public void Return(double[] column)
    {
        _held -= column.Length;
        if (!_pool.TryGetValue(column.Length, out var free))
            _pool[column.Length] = free = new Stack<double[]>();
        if (free.Count < 1024)
            free.Push(column);
    }

    public void Return(List<StepSeries> series)
    {
        foreach (var one in series)
            Return(one.Values);
    }

    /// <summary>Counts samples held in memory at a time.</summary>
    public void Hold(long samples)
    {
        _held += samples;
        if (_held > Options.MaxSamples)
        {
            throw new PromEvaluationException(QueryFailureKind.Execution,
                $"query processing would load too many samples into memory in query execution: the limit is {Options.MaxSamples}");
        }
    }

    public PromEvaluationException Fail(PromExpr at, string message) =>
        new(QueryFailureKind.Execution, $"{PromQlParser.Place(query, at.Span.Start)}: {message}");

    private void Say(List<string> list, string message)
    {
        if (list.Count < MaxAnnotations && _said.Add(message))
            list.Add(message);
    }
}
