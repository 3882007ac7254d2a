using System.Text;
using Bongsu.Query.PromQL.Syntax;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>One classic histogram: its bucket series by ascending bound.</summary>
internal sealed record ClassicHistogram(LabelSet Labels, LabelSet FirstSeries)
{
    public List<(double Bound, StepSeries Series)> Buckets { get; } = [];

    /// <summary>A native histogram of the same labels, if there is one.</summary>
    public StepSeries? Native { get; set; }
}

/// <summary>Gathers bucket series into classic histograms, by all labels but le.</summary>
internal static class ClassicHistograms
{
    public static IEnumerable<ClassicHistogram> Gather(List<StepSeries> all, TimeGrid grid, QueryContext context, PromExpr at)
    {
        var found = new Dictionary<LabelSet, ClassicHistogram>();
        foreach (var series in all)
        {
            var hasFloats = HasFloats(series, grid);
            if (series.Histograms is not null)
                Of(found, series.Labels, series.Labels).Native = series;
            if (!hasFloats)
                continue;
            var text = series.Labels.TryGet("le"u8, out var le) ? Encoding.UTF8.GetString(le) : "";
            if (!PromNumber.TryParse(text, out var bound))
            {
                context.Warn(at, QueryContext.ForMetric($"bucket label \"le\" is missing or has a malformed value of {PromQlPrinter.Quote(text)}", series.Labels));
                continue;
            }
            var rest = new LabelSetBuilder(series.Labels).Remove("le"u8).ToLabelSet();
            Of(found, series.Labels, rest).Buckets.Add((bound, series));
        }
        foreach (var histogram in found.Values)
            histogram.Buckets.Sort(static (a, b) => a.Bound.CompareTo(b.Bound));
        return found.Values;
    }

    private static ClassicHistogram Of(Dictionary<LabelSet, ClassicHistogram> found, LabelSet series, LabelSet labels)
    {
        if (!found.TryGetValue(labels, out var histogram))
            found[labels] = histogram = new ClassicHistogram(labels, series);
        return histogram;
    }

    private static bool HasFloats(StepSeries series, TimeGrid grid)
    {
        for (var i = 0; i < grid.Count; i++)
        {
            if (series.HasFloat(i))
                return true;
        }
        return false;
    }
}
