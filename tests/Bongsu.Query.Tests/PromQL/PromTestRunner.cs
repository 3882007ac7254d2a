using Bongsu.Query.PromQL;
using Bongsu.Query.PromQL.Histograms;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Query.Tests.PromQL;

/// <summary>What became of one eval: null when it did as expected.</summary>
internal sealed record PromTestOutcome(int Line, string Expr, string? Failure);

/// <summary>Runs scripts against whatever answers queries.</summary>
internal static class PromTestRunner
{
    /// <param name="script">The text of the script.</param>
    /// <param name="target">What is asked.</param>
    public static async Task<List<PromTestOutcome>> RunAsync(string script, PromTestTarget target)
    {
        var outcomes = new List<PromTestOutcome>();
        await target.ClearAsync();
        foreach (var command in PromTestScript.Parse(script))
        {
            switch (command)
            {
                case ClearCommand:
                    await target.ClearAsync();
                    break;
                case LoadCommand load:
                    await LoadAsync(target, load);
                    break;
                case EvalCommand eval:
                    outcomes.Add(new PromTestOutcome(eval.Line, eval.Expr, await EvaluateAsync(target, eval)));
                    break;
            }
        }
        return outcomes;
    }

    private static async Task LoadAsync(PromTestTarget target, LoadCommand load)
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
        await target.AppendAsync(batch);
    }

    // Prometheus' storage notes of a histogram that it continues the one before; scripts expect to read that back.
    private static NativeHistogram WithHint(NativeHistogram histogram, NativeHistogram? previous) =>
        previous is not null && histogram.ResetHint == CounterResetHint.Unknown && !HistogramMath.IsReset(previous, histogram)
            ? histogram with { ResetHint = CounterResetHint.NotReset }
            : histogram;

    private static async Task<string?> EvaluateAsync(PromTestTarget target, EvalCommand eval)
    {
        PromTestAnswer answer;
        try
        {
            answer = eval.IsRange
                ? await target.RangeAsync(eval.Expr, eval.StartMs, eval.EndMs, eval.StepMs)
                : await target.InstantAsync(eval.Expr, eval.RangeVector?.EndMs ?? eval.StartMs);
        }
        catch (Exception bug) when (bug is not OperationCanceledException)
        {
            return $"threw {bug.GetType().Name}: {bug.Message}";
        }
        var (value, failure, warnings, infos) = answer;
        if (eval.Expects("fail"))
            return failure is null ? "expected a failure" : Accepts(eval, "fail", [failure]);
        if (failure is not null)
            return $"failed: {failure}";
        return PromTestComparison.Of(Shown(target, eval), value!) ?? await AsRangeAsync(target, eval) ?? await WithAtAsync(target, eval)
            ?? Accepts(eval, "warn", warnings) ?? Accepts(eval, "info", infos)
            ?? (eval.Expects("no_warn") && warnings.Count > 0 ? $"unexpected warning: {warnings[0]}" : null)
            ?? (eval.Expects("no_info") && infos.Count > 0 ? $"unexpected info: {infos[0]}" : null);
    }

    // An instant evaluation must give the same as the middle step of a range evaluation around it.
    private static async Task<string?> AsRangeAsync(PromTestTarget target, EvalCommand eval)
    {
        var dependsOnRange = new[] { "start()", "end()", "range()", "step()" }.Any(f => eval.Expr.Contains(f, StringComparison.Ordinal));
        if (eval.IsRange || eval.IsOrdered || dependsOnRange || eval.RangeVector is not null || eval.Text is not null || eval.Scalar is not null)
            return null;
        var answer = await target.RangeAsync(eval.Expr, eval.StartMs - 60_000, eval.StartMs + 60_000, 60_000);
        if (answer.Value is not PromMatrix matrix)
            return null;
        var middle = new List<PromSeries>();
        foreach (var series in matrix.Series)
        {
            List<PromPoint> points = [.. series.Points.Where(p => p.TimestampMs == eval.StartMs)];
            if (points.Count > 0)
                middle.Add(series with { Points = points });
        }
        return PromTestComparison.OfSeries(Shown(target, eval), middle) is { } difference ? "as a range: " + difference : null;
    }

    // With every selector fixed at its time, the evaluation gives the same at any other.
    private static async Task<string?> WithAtAsync(PromTestTarget target, EvalCommand eval)
    {
        if (eval.IsRange || eval.RangeVector is not null || AtEverywhere.In(eval.Expr, eval.StartMs) is not { } query)
            return null;
        foreach (var time in new[] { -10 * eval.StartMs, 0, eval.StartMs / 5, 10 * eval.StartMs + 1000 })
        {
            var answer = await target.InstantAsync(query, time);
            var difference = answer.Failure ?? PromTestComparison.Of(Shown(target, eval) with { StartMs = time, EndMs = time }, answer.Value!);
            if (difference is not null)
                return $"as {query} at {time}: {difference}";
        }
        return null;
    }

    // Over the wire histograms are the buckets they show.
    private static EvalCommand Shown(PromTestTarget target, EvalCommand eval)
    {
        if (!target.ShowsBucketsAlone || !eval.Series.Exists(s => s.Points.Exists(p => p.Histogram is not null)))
            return eval;
        var shown = eval.Copy();
        foreach (var (labels, points) in eval.Series)
            shown.Series.Add((labels, [.. points.Select(p => p.Histogram is null ? p : new PromTestPoint(false, 0, ShownHistogram.Of(p.Histogram)))]));
        return shown;
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
}
