using Bongsu.Query.PromQL.Syntax;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>
/// What one evaluation shares: its limits and what it has used of them, what it has to say, and where its step columns come from. Thread-safe, for the
/// workers of one query.
/// </summary>
internal sealed class QueryContext(string query, TimeGrid grid, PromQlOptions options, CancellationToken cancellationToken, StepColumnPool? columns = null)
{
    // Why: what a query says must not outgrow what it answers.
    private const int MaxAnnotations = 100;

    /// <summary>Of a series that an evaluation makes, besides its column: labels, objects, entries in lists.</summary>
    private const int BytesPerColumn = 160;

    private readonly Lock _lock = new();
    private readonly SortedSet<string> _warnings = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _infos = new(StringComparer.Ordinal);
    private readonly StepColumnPool _columns = columns ?? new StepColumnPool();
    private long _held;
    private long _heldBytes;
    private long _peakHeld;
    private long _peakHeldBytes;
    private long _samplesSeen;

    /// <summary>The steps of the whole query (not of a subquery).</summary>
    public TimeGrid Grid { get; } = grid;

    public PromQlOptions Options { get; } = options;

    public bool IsRange { get; init; }

    /// <summary>In ordinal order, so that they do not depend on which worker spoke first.</summary>
    public IReadOnlyList<string> Warnings => Sorted(_warnings, Merged.Warnings);

    public IReadOnlyList<string> Infos => Sorted(_infos, Merged.Infos);

    /// <summary>What is said once, of many series and steps.</summary>
    public MergedNotes Merged { get; } = new(query);

    /// <summary>Series that the selectors found.</summary>
    public long SeriesTouched { get; private set; }

    /// <summary>Samples that steps looked at, each counted for each step that saw it, by itself or within a run.</summary>
    public long SamplesSeen => Interlocked.Read(ref _samplesSeen);

    /// <summary>Most samples held at a time; a run counts as one.</summary>
    public long PeakSamples => Interlocked.Read(ref _peakHeld);

    /// <summary>Most bytes held at a time in columns and results, as estimated.</summary>
    public long PeakBytes => Interlocked.Read(ref _peakHeldBytes);

    public void Warn(PromExpr at, string message) => Say(_warnings, $"PromQL warning: {message} ({PromQlParser.Place(query, at.Span.Start)})");

    public void Info(PromExpr at, string message) => Say(_infos, $"PromQL info: {message} ({PromQlParser.Place(query, at.Span.Start)})");

    /// <summary>A string as the query writes it, for strings that may be no valid text.</summary>
    public string Written(StringExpr text) => text.Text.Contains('\uFFFD', StringComparison.Ordinal)
        ? query[text.Span.Start..text.Span.End]
        : PromQlPrinter.Quote(text.Text);

    public void WarnPlain(string message) => Say(_warnings, message);

    /// <summary>Adds the metric name to a message, be it empty.</summary>
    public static string OfMetric(string message, LabelSet labels) =>
        $"{message} for metric name {PromQlPrinter.Quote(labels.Get(LabelNames.MetricName) ?? "")}";

    /// <summary>Adds the metric name to a message when there is one.</summary>
    public static string ForMetric(string message, LabelSet labels) =>
        labels.Get(LabelNames.MetricName) is { } name ? $"{message} for metric name {PromQlPrinter.Quote(name)}" : message;

    public CancellationToken Cancellation => cancellationToken;

    public void Check() => cancellationToken.ThrowIfCancellationRequested();

    /// <summary>A column of absent values, as long as the grid.</summary>
    public double[] Rent(int steps)
    {
        Hold(steps, steps * sizeof(double) + BytesPerColumn);
        Check();
        var column = _columns.Take(steps) ?? new double[steps];
        Array.Fill(column, StepSeries.Absent);
        return column;
    }

    /// <summary>Takes a column back. Nobody may look at it any more: the next query writes into it.</summary>
    public void Return(double[] column)
    {
        Release(column.Length, column.Length * sizeof(double) + BytesPerColumn);
        _columns.Give(column);
    }

    public void Return(List<StepSeries> series)
    {
        foreach (var one in series)
            Return(one.Values);
    }

    /// <summary>Counts samples held in memory at a time, and the bytes they take.</summary>
    public void Hold(long samples, long bytes)
    {
        var held = Interlocked.Add(ref _held, samples);
        var heldBytes = Interlocked.Add(ref _heldBytes, bytes);
        Raise(ref _peakHeld, held);
        Raise(ref _peakHeldBytes, heldBytes);
        if (held > Options.MaxSamples)
        {
            throw new PromEvaluationException(QueryFailureKind.Execution,
                $"query processing would load too many samples into memory in query execution: the limit is {Options.MaxSamples}");
        }
        if (heldBytes > Options.MaxMemoryBytes)
        {
            throw new PromEvaluationException(QueryFailureKind.Execution,
                $"query processing would take too much memory: the limit is {Options.MaxMemoryBytes} bytes; ask for fewer series, a shorter time or a larger step");
        }
    }

    /// <summary>Samples of 16 bytes: a time and a value.</summary>
    public void Hold(long samples) => Hold(samples, samples * 16);

    public void Release(long samples, long bytes)
    {
        Interlocked.Add(ref _held, -samples);
        Interlocked.Add(ref _heldBytes, -bytes);
    }

    public void Release(long samples) => Release(samples, samples * 16);

    public void CountSeen(long samples) => Interlocked.Add(ref _samplesSeen, samples);

    /// <summary>Counts the series of a selector against the limit.</summary>
    public void CountSeries(int series)
    {
        SeriesTouched += series;
        if (SeriesTouched > Options.MaxSeries)
        {
            throw new PromEvaluationException(QueryFailureKind.Execution,
                $"query touches {SeriesTouched} series or more; the limit is {Options.MaxSeries}: use matchers that select fewer");
        }
    }

    public PromEvaluationException Fail(PromExpr at, string message) =>
        new(QueryFailureKind.Execution, $"{PromQlParser.Place(query, at.Span.Start)}: {message}");

    private static void Raise(ref long peak, long value)
    {
        var known = Interlocked.Read(ref peak);
        while (value > known)
        {
            var seen = Interlocked.CompareExchange(ref peak, value, known);
            if (seen == known)
                return;
            known = seen;
        }
    }

    private void Say(SortedSet<string> set, string message)
    {
        lock (_lock)
        {
            if (set.Add(message) && set.Count > MaxAnnotations)
                set.Remove(set.Max!);
        }
    }

    private List<string> Sorted(SortedSet<string> set, List<string> merged)
    {
        lock (_lock)
            return [.. set.Concat(merged).Order(StringComparer.Ordinal).Take(MaxAnnotations)];
    }
}
