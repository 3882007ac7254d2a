using Bongsu.Query.PromQL.Syntax;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>info(): adds to each series the labels of the info metrics (target_info by default) that share its job and instance at the moment.</summary>
internal sealed class InfoFunction
{
    private readonly Evaluator _evaluator;
    private readonly TimeGrid _grid;
    private readonly CallExpr _call;
    private readonly List<LabelMatcher> _nameMatchers;
    private readonly List<LabelMatcher> _dataMatchers;
    private readonly Dictionary<(string Job, string Instance), List<InfoMetric>> _found = [];
    private long _held;

    private InfoFunction(Evaluator evaluator, CallExpr call, TimeGrid grid)
    {
        _evaluator = evaluator;
        _grid = grid;
        _call = call;
        var matchers = ((SelectorExpr)call.Arguments[1]).Matchers;
        _nameMatchers = [.. matchers.Where(m => m.Name == LabelNames.MetricName)];
        _dataMatchers = [.. matchers.Where(m => m.Name != LabelNames.MetricName)];
    }

    public static List<StepSeries> Evaluate(Evaluator evaluator, CallExpr call, TimeGrid grid)
    {
        var info = new InfoFunction(evaluator, call, grid);
        var all = evaluator.Vector(call.Arguments[0], grid);
        info.Find(all.FindAll(series => !info.IsInfo(series)));
        var result = new List<StepSeries>(all.Count);
        foreach (var series in all)
        {
            if (info.IsInfo(series))
                result.Add(series);
            else
                info.Enrich(series, result);
        }
        evaluator.Context.Release(info._held);
        ResultBuilder.Merge(result, grid, evaluator.Context);
        return result;
    }

    // Info series are not enriched by info series.
    private bool IsInfo(StepSeries series)
    {
        var name = series.Labels.Get(LabelNames.MetricName) ?? "";
        return _nameMatchers.TrueForAll(m => m.Matches(name));
    }

    private void Find(List<StepSeries> all)
    {
        var jobs = Values(all, LabelNames.Job);
        var instances = Values(all, LabelNames.Instance);
        if (jobs.Count == 0 && instances.Count == 0)
            return;
        var context = _evaluator.Context;
        CheckFloats(jobs, instances);
        _evaluator.EachTimestamp((SelectorExpr)_call.Arguments[1], _grid, series =>
        {
            var key = Key(series.Labels);
            if (Concerns(key, jobs, instances))
                Add(key, series);
            context.Return(series.Values);
        });
    }

    private static bool Concerns((string Job, string Instance) key, HashSet<string> jobs, HashSet<string> instances) =>
        (jobs.Count == 0 || jobs.Contains(key.Job)) && (instances.Count == 0 || instances.Contains(key.Instance));

    private void CheckFloats(HashSet<string> jobs, HashSet<string> instances)
    {
        _evaluator.Each(_call.Arguments[1], _grid, series =>
        {
            if (series.Histograms is not null && Concerns(Key(series.Labels), jobs, instances))
                throw new PromEvaluationException(QueryFailureKind.Execution, "info sample should be float");
            _evaluator.Context.Return(series.Values);
        });
    }

    private void Add((string Job, string Instance) key, StepSeries series)
    {
        if (!_found.TryGetValue(key, out var metrics))
            _found[key] = metrics = [];
        var name = series.Labels.Get(LabelNames.MetricName) ?? "";
        var metric = metrics.Find(m => m.Name == name);
        if (metric is null)
        {
            _evaluator.Context.Hold(_grid.Count);
            _held += _grid.Count;
            metrics.Add(metric = new InfoMetric(name, _grid.Count));
        }
        for (var i = 0; i < _grid.Count; i++)
        {
            if (!series.HasFloat(i))
                continue;
            if (metric.Newest[i] is { } other && metric.Times[i] == series.Values[i])
            {
                var ms = (long)Math.Round(series.Values[i] * 1000);
                throw new PromEvaluationException(QueryFailureKind.Execution, "found duplicate series for info metric: "
                    + $"existing {SeriesText.Of(other)} @ {ms}, new {SeriesText.Of(series.Labels)} @ {ms}");
            }
            if (metric.Newest[i] is null || metric.Times[i] < series.Values[i])
                (metric.Newest[i], metric.Times[i]) = (series.Labels, series.Values[i]);
        }
    }

    private void Enrich(StepSeries series, List<StepSeries> result)
    {
        _found.TryGetValue(Key(series.Labels), out var metrics);
        var byLabels = new Dictionary<LabelSet, StepSeries>();
        LabelSet? labels = null;
        for (var step = 0; step < _grid.Count; step++)
        {
            if (step == 0 || (metrics is not null && Changes(metrics, step)))
                labels = EnrichedLabels(series.Labels, metrics, step);
            if (labels is null || !series.Has(step))
                continue;
            if (!byLabels.TryGetValue(labels, out var enriched))
                byLabels[labels] = enriched = new StepSeries(labels, _evaluator.Context.Rent(_grid.Count)) { DropName = series.DropName };
            VectorScalar.Store(enriched, step, BinaryOperand.At(series, step));
        }
        _evaluator.Context.Return(series.Values);
        result.AddRange(byLabels.Values);
    }

    // Null: no info series matches, and a data label was asked for.
    private LabelSet? EnrichedLabels(LabelSet labels, List<InfoMetric>? metrics, int step)
    {
        var added = new Dictionary<string, string>(StringComparer.Ordinal);
        var isFound = false;
        for (var i = 0; i < metrics?.Count; i++)
        {
            if (metrics[i].Newest[step] is not { } info)
                continue;
            isFound = true;
            Take(labels, info, added);
        }
        if (!isFound && !_dataMatchers.TrueForAll(m => m.MatchesEmpty))
            return null;
        if (added.Count == 0)
            return labels;
        var builder = new LabelSetBuilder(labels);
        foreach (var (name, value) in added)
            builder.Set(name, value);
        return builder.ToLabelSet();
    }

    private void Take(LabelSet labels, LabelSet info, Dictionary<string, string> added)
    {
        foreach (var (name, value) in info.ToList().Select(l => (l.Name, l.Value)))
        {
            if (name == LabelNames.MetricName || (_dataMatchers.Count > 0 && !_dataMatchers.Exists(m => m.Name == name)))
                continue;
            if (added.TryGetValue(name, out var other) && other != value)
                throw new PromEvaluationException(QueryFailureKind.Execution, $"conflicting label: {name}");
            if (labels.Get(name) is null)
                added[name] = value;
        }
    }

    private static bool Changes(List<InfoMetric> metrics, int step) => metrics.Exists(m => !Equals(m.Newest[step], m.Newest[step - 1]));

    private static (string Job, string Instance) Key(LabelSet labels) => (labels.Get(LabelNames.Job) ?? "", labels.Get(LabelNames.Instance) ?? "");

    private static HashSet<string> Values(List<StepSeries> all, string label) =>
        [.. all.Select(s => s.Labels.Get(label)).OfType<string>().Where(v => v.Length > 0)];

    /// <summary>The series of one info metric that share job and instance: at each step the one with the newest sample.</summary>
    private sealed class InfoMetric(string name, int steps)
    {
        public string Name { get; } = name;

        public LabelSet?[] Newest { get; } = new LabelSet?[steps];

        public double[] Times { get; } = new double[steps];
    }
}
