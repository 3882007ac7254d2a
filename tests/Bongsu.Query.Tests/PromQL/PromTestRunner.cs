using Bongsu.Query.PromQL;
using Bongsu.Query.PromQL.Histograms;
using Bongsu.Query.PromQL.Syntax;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;
using Bongsu.Testing;

namespace Bongsu.Query.Tests.PromQL;

/// <summary>What became of one eval: null when it did as expected.</summary>
internal sealed record PromTestOutcome(int Line, string Expr, string? Failure);

/// <summary>Runs scripts against the engine and a store.</summary>
internal static class PromTestRunner
{
    private static readonly PromQlOptions Options = new() { MaxSteps = 100_000, Experimental = true };

    /// <param name="script">The text of the script.</param>
    /// <param name="open">Gives an empty store, for the begin and for each clear; in memory when null.</param>
    public static async Task<List<PromTestOutcome>> RunAsync(string script, Func<Task<ITelemetryStore>>? open = null)
    {
        open ??= static () => Task.FromResult<ITelemetryStore>(new MemoryStore());
        var outcomes = new List<PromTestOutcome>();
        var store = await open();
        foreach (var command in PromTestScript.Parse(script))
        {
            switch (command)
            {
                case ClearCommand:
                    await store.DisposeAsync();
                    store = await open();
                    break;
                case LoadCommand load:
                    await LoadAsync(store, load);
                    break;
                case EvalCommand eval:
                    outcomes.Add(new PromTestOutcome(eval.Line, eval.Expr, await EvaluateAsync(store, eval)));
                    break;
            }
        }
        await store.DisposeAsync();
        return outcomes;
    }

    private static async Task LoadAsync(ITelemetryStore store, LoadCommand load)
    {
        var batch = new MetricBatch();
        var saysStarts = load.Series.Exists(s => s.StartOffsetsMs is not null);
        foreach (var (labels, points, starts) in load.Series)
        {
            var series = batch.AddSeries(labels.Bytes);
            NativeHistogram? previous = null;
            for (var i = 0; i < points.Count; i++)
            {
                if (points[i].IsOmitted)
                    continue;
                var time = i * load.StepMs;
                if (points[i].Histogram is { } histogram)
                    batch.Histograms.Add((series, time, WithHint(histogram, previous)));
                else
                    batch.AddSample(series, time, points[i].Value);
                if (saysStarts)
                    (points[i].Histogram is null ? batch.SampleStartTimesMs : batch.HistogramStartTimesMs).Add(starts?[i] is { } offset ? time + offset : 0);
                previous = points[i].Histogram;
            }
        }
        if (load.WithCustomBuckets)
            CustomBucketConversion.AddTo(batch, load);
        var result = await store.Metrics.AppendAsync(batch, default);
        if (result.Rejected > 0)
            throw new InvalidOperationException($"line {load.Line}: the store refused {result.Rejected} samples");
    }

    // Prometheus' storage notes of a histogram that it continues the one before; scripts expect to read that back.
    private static NativeHistogram WithHint(NativeHistogram histogram, NativeHistogram? previous) =>
        previous is not null && histogram.ResetHint == CounterResetHint.Unknown && !HistogramMath.IsReset(previous, histogram)
            ? histogram with { ResetHint = CounterResetHint.NotReset }
            : histogram;

    private static async Task<string?> EvaluateAsync(ITelemetryStore store, EvalCommand eval)
    {
        var engine = new PromQlEngine(store, Options, TimeProvider.System);
        PromValue? value;
        QueryFailure? failure;
        IReadOnlyList<string> warnings, infos;
        try
        {
            if (eval.IsRange)
                (value, failure, warnings, infos) = await engine.RangeAsync(eval.Expr, eval.StartMs, eval.EndMs, eval.StepMs, default);
            else
                (value, failure, warnings, infos) = await engine.InstantAsync(eval.Expr, eval.RangeVector?.EndMs ?? eval.StartMs, default);
        }
        catch (Exception bug) when (bug is not OperationCanceledException)
        {
            return $"threw {bug.GetType().Name}: {bug.Message}";
        }
        if (eval.Expects("fail"))
            return failure is null ? "expected a failure" : Accepts(eval, "fail", [failure.Message]);
        if (failure is not null)
            return $"failed: {failure.Message}";
        return Compare(eval, value!) ?? await AsRangeAsync(engine, eval) ?? await WithAtAsync(engine, eval)
            ?? Accepts(eval, "warn", warnings) ?? Accepts(eval, "info", infos)
            ?? (eval.Expects("no_warn") && warnings.Count > 0 ? $"unexpected warning: {warnings[0]}" : null)
            ?? (eval.Expects("no_info") && infos.Count > 0 ? $"unexpected info: {infos[0]}" : null);
    }

    // An instant evaluation must give the same as the middle step of a range evaluation around it.
    private static async Task<string?> AsRangeAsync(PromQlEngine engine, EvalCommand eval)
    {
        var dependsOnRange = new[] { "start()", "end()", "range()", "step()" }.Any(f => eval.Expr.Contains(f, StringComparison.Ordinal));
        if (eval.IsRange || eval.IsOrdered || dependsOnRange || eval.RangeVector is not null || eval.Text is not null || eval.Scalar is not null)
            return null;
        var answer = await engine.RangeAsync(eval.Expr, eval.StartMs - 60_000, eval.StartMs + 60_000, 60_000, default);
        if (answer.Value is not { } matrix)
            return null;
        var middle = new List<PromSeries>();
        foreach (var series in matrix.Series)
        {
            List<PromPoint> points = [.. series.Points.Where(p => p.TimestampMs == eval.StartMs)];
            if (points.Count > 0)
                middle.Add(series with { Points = points });
        }
        return CompareSeries(eval, middle) is { } difference ? "as a range: " + difference : null;
    }

    // With every selector fixed at its time, the evaluation gives the same at any other.
    private static async Task<string?> WithAtAsync(PromQlEngine engine, EvalCommand eval)
    {
        if (eval.IsRange || eval.RangeVector is not null || AtEverywhere.In(eval.Expr, eval.StartMs) is not { } query)
            return null;
        foreach (var time in new[] { -10 * eval.StartMs, 0, eval.StartMs / 5, 10 * eval.StartMs + 1000 })
        {
            var answer = await engine.InstantAsync(query, time, default);
            var difference = answer.Failure is { } failure ? failure.Message : Compare(eval with { StartMs = time, EndMs = time }, answer.Value!);
            if (difference is not null)
                return $"as {query} at {time}: {difference}";
        }
        return null;
    }

    private static string? Accepts(EvalCommand eval, string kind, IReadOnlyList<string> said)
    {
        var wanted = eval.Expectations.Where(e => e.Kind == kind).ToList();
        if (wanted.Count == 0)
            return null;
        if (wanted.Find(e => !said.Any(e.Accepts)) is { } missing)
            return $"expected {kind} {missing.Message ?? missing.Pattern}, got [{string.Join("; ", said)}]";
        var extra = said.FirstOrDefault(s => !wanted.Exists(e => e.Accepts(s)));
        return extra is null ? null : $"unexpected {kind}: {extra}";
    }

    private static string? Compare(EvalCommand eval, PromValue value)
    {
        switch (value)
        {
            case PromString text:
                return text.Text == eval.Text ? null : $"expected string {eval.Text}, got {text.Text}";
            case PromScalar scalar:
                return eval.Scalar is { } wanted && IsClose(wanted, scalar.Point.Value) ? null : $"expected scalar {eval.Scalar}, got {scalar.Point.Value}";
            case PromVector vector:
                return CompareSeries(eval, [.. vector.Samples.Select(s => new PromSeries(s.Labels, [s.Point]))]);
            default:
                return CompareSeries(eval, ((PromMatrix)value).Series);
        }
    }

    private static string? CompareSeries(EvalCommand eval, IReadOnlyList<PromSeries> got)
    {
        if (eval.Scalar is { } scalar && !eval.IsRange)
            return $"expected scalar {scalar}, got {got.Count} series";
        var wanted = eval.Series.Where(s => s.Points.Exists(p => !p.IsOmitted)).ToList();
        if (eval.IsRange && eval.Scalar is { } constant)
            wanted = [(LabelSet.Empty, Enumerable.Repeat(new PromTestPoint(false, constant, null), got.Count == 0 ? 0 : got[0].Points.Count).ToList())];
        var byLabels = got.ToDictionary(s => s.Labels);
        foreach (var (labels, points) in wanted)
        {
            if (!byLabels.Remove(labels, out var series))
                return $"missing {labels}; got {Show(got)}";
            if (ComparePoints(eval, points, series) is { } difference)
                return $"{labels}: {difference}; got {Show([series])}";
        }
        if (byLabels.Count > 0)
            return $"unexpected {byLabels.Keys.First()}; got {Show(got)}";
        return eval.IsOrdered && !wanted.Select(s => s.Labels).SequenceEqual(got.Select(s => s.Labels)) ? $"wrong order: {Show(got)}" : null;
    }

    private static string? ComparePoints(EvalCommand eval, List<PromTestPoint> wanted, PromSeries got)
    {
        var (start, step) = eval.RangeVector is { } range ? (range.StartMs, range.StepMs) : (eval.StartMs, eval.StepMs);
        var at = 0;
        for (var i = 0; i < wanted.Count; i++)
        {
            if (wanted[i].IsOmitted)
                continue;
            var time = start + i * step;
            if (at >= got.Points.Count || got.Points[at].TimestampMs != time)
                return $"expected a point at {time}";
            if (PointDifference(wanted[i], got.Points[at++]) is { } difference)
                return $"at {time}: {difference}";
        }
        return at == got.Points.Count ? null : $"unexpected point at {got.Points[at].TimestampMs}";
    }

    private static string? PointDifference(PromTestPoint wanted, PromPoint got)
    {
        if (wanted.Histogram is not { } histogram)
            return got.Histogram is null && IsClose(wanted.Value, got.Value) ? null : $"expected {PromNumber.Format(wanted.Value)}";
        if (got.Histogram is null)
            return "expected a histogram";
        if (wanted.SaysHint && histogram.ResetHint != got.Histogram.ResetHint)
            return $"expected the reset hint {histogram.ResetHint}, got {got.Histogram.ResetHint}";
        var a = Buckets(histogram);
        var b = Buckets(got.Histogram);
        var isSame = histogram.Schema == got.Histogram.Schema && histogram.ZeroThreshold == got.Histogram.ZeroThreshold
            && histogram.CustomValues.SequenceEqual(got.Histogram.CustomValues) && IsClose(histogram.Count, got.Histogram.Count) && IsClose(histogram.Sum, got.Histogram.Sum) && a.Count == b.Count
            && a.Zip(b).All(p => p.First.Lower == p.Second.Lower && p.First.Upper == p.Second.Upper && IsClose(p.First.Count, p.Second.Count));
        return isSame ? null : $"expected {Evaluated(histogram)}";
    }

    private static List<BoundedBucket> Buckets(NativeHistogram histogram) => [.. histogram.ByBounds().Where(b => b.Count != 0)];

    private static string Evaluated(NativeHistogram h) => $"{h.Schema}/{h.ZeroThreshold}/{h.Count}/{h.Sum} {string.Join(" ", Buckets(h).Select(b => $"({b.Lower},{b.Upper}]:{b.Count}"))}";

    private static string Show(IReadOnlyList<PromSeries> series) => string.Join(" | ", series.Take(3).Select(s =>
        $"{s.Labels} {string.Join(" ", s.Points.Take(12).Select(p => $"{p.TimestampMs}={(p.Histogram is null ? PromNumber.Format(p.Value) : Evaluated(p.Histogram))}"))}"));

    private static bool IsClose(double wanted, double got)
    {
        if (wanted == got || (double.IsNaN(wanted) && double.IsNaN(got)))
            return true;
        var difference = Math.Abs(wanted - got);
        var size = Math.Abs(wanted) + Math.Abs(got);
        return wanted == 0 || got == 0 || size < double.MinValue ? difference < 1e-6 * double.Epsilon : difference / Math.Min(size, double.MaxValue) < 1e-6;
    }
}
