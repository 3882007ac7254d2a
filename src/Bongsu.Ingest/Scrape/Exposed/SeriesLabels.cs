using System.Text;
using Bongsu.Ingest.Decode;
using Bongsu.Ingest.Scrape.Jobs;
using Bongsu.Ingest.Scrape.Relabel;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Ingest.Scrape.Exposed;

/// <summary>
/// Makes the labels that a series is stored by out of those that the target shows: the target's own labels are joined to them, the rules for metrics
/// applied, the limits checked. Immutable; thread-safe.
/// </summary>
/// <param name="job">Whose rules and limits.</param>
/// <param name="target">The target's own labels.</param>
/// <param name="limits">Of the server.</param>
/// <param name="targetReplaces">A label of the target takes the place of one that is shown, which is lost (grouping keys of pushes).</param>
internal sealed class SeriesLabels(ScrapeJob job, LabelSet target, IngestLimits limits, bool targetReplaces = false)
{
    private const string ExportedPrefix = "exported_";
    private const int MaxMetricShown = 50;

    private readonly List<Label> _target = target.ToList();

    /// <summary>What became of the labels of a line.</summary>
    /// <param name="Labels">Null when the line is dropped or refused.</param>
    /// <param name="Refusal">Why the series is refused by itself.</param>
    /// <param name="Fault">Why the whole scrape fails.</param>
    public readonly record struct Result(LabelSet? Labels, string? Refusal = null, string? Fault = null, RejectReason Reason = RejectReason.TooLarge);

    public Result Of(LabelBuffer exposed)
    {
        if (TooLarge(exposed) is { } refusal)
            return new Result(null, refusal);
        var labels = new RelabelLabels();
        for (var i = 0; i < exposed.Count; i++)
            labels.Set(Encoding.UTF8.GetString(exposed.Name(i)), Encoding.UTF8.GetString(exposed.Value(i)));
        Join(exposed, labels);
        if (!RelabelRule.Apply(job.MetricRelabelRules, labels))
            return default;
        if (labels.Count == 0)
            return default;
        var name = labels.Get(LabelNames.MetricName);
        if (name.Length == 0)
            return new Result(null, Fault: "missing metric name (__name__ label) after relabelling");
        if (LimitFault(labels, name) is { } fault)
            return new Result(null, Fault: fault);
        return labels.Count > limits.LabelsPerSeries
            ? new Result(null, $"series '{Short(name)}' has {labels.Count} labels; the limit is {limits.LabelsPerSeries}")
            : new Result(labels.ToLabelSet());
    }

    /// <summary>The labels of a series about the scrape itself, such as <c>up</c>.</summary>
    public LabelSet OfReport(string name)
    {
        var labels = new RelabelLabels();
        labels.Set(LabelNames.MetricName, name);
        foreach (var (label, value) in _target)
            labels.Set(label, value);
        return labels.ToLabelSet();
    }

    private void Join(LabelBuffer exposed, RelabelLabels labels)
    {
        foreach (var (name, value) in _target)
        {
            // Why by name: a label shown with an empty value keeps the target's own away (a Pushgateway's instance="").
            if (job.HonorLabels && exposed.Find(Encoding.UTF8.GetBytes(name)) >= 0)
                continue;
            var conflicting = labels.Get(name);
            if (conflicting.Length > 0 && !targetReplaces)
            {
                var free = ExportedPrefix + name;
                while (labels.Get(free).Length > 0 || IsOfTarget(free))
                    free = ExportedPrefix + free;
                labels.Set(free, conflicting);
            }
            labels.Set(name, value);
        }
    }

    private bool IsOfTarget(string name) => target.Get(name) is not null;

    private string? TooLarge(LabelBuffer exposed)
    {
        if (exposed.Count > limits.LabelsPerSeries)
            return $"a series has more than {limits.LabelsPerSeries} labels, which is the limit";
        for (var i = 0; i < exposed.Count; i++)
        {
            if (exposed.Name(i).Length > limits.LabelNameBytes)
                return $"label name '{Text.Preview(exposed.Name(i))}' of {exposed.Name(i).Length} bytes; the limit is {limits.LabelNameBytes}";
            if (exposed.Value(i).Length > limits.LabelValueBytes)
                return $"label '{Text.Preview(exposed.Name(i))}' has a value of {exposed.Value(i).Length} bytes; the limit is {limits.LabelValueBytes}";
        }
        return null;
    }

    private string? LimitFault(RelabelLabels labels, string metric)
    {
        if (job.LabelLimit > 0 && labels.Count > job.LabelLimit)
            return $"label_limit exceeded (metric: {Short(metric)}, number of labels: {labels.Count}, limit: {job.LabelLimit})";
        if (job.LabelNameLengthLimit == 0 && job.LabelValueLengthLimit == 0)
            return null;
        foreach (var (name, value) in labels.All)
        {
            if (job.LabelNameLengthLimit > 0 && Encoding.UTF8.GetByteCount(name) is var nameLength && nameLength > job.LabelNameLengthLimit)
                return $"label_name_length_limit exceeded (metric: {Short(metric)}, label name: {Short(name)}, length: {nameLength}, limit: {job.LabelNameLengthLimit})";
            if (job.LabelValueLengthLimit > 0 && Encoding.UTF8.GetByteCount(value) is var valueLength && valueLength > job.LabelValueLengthLimit)
                return $"label_value_length_limit exceeded (metric: {Short(metric)}, label name: {Short(name)}, length: {valueLength}, limit: {job.LabelValueLengthLimit})";
        }
        return null;
    }

    private static string Short(string text) => text.Length <= MaxMetricShown ? text : text[..MaxMetricShown];
}
