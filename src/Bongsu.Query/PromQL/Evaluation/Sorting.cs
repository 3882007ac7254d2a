using Bongsu.Query.PromQL.Syntax;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>sort, sort_desc, sort_by_label and sort_by_label_desc. Only instant queries keep an order.</summary>
internal static class Sorting
{
    public static List<StepSeries> Evaluate(Evaluator evaluator, CallExpr call, TimeGrid grid)
    {
        if (grid.Count > 1)
            evaluator.Context.Warn(call, "sort is ineffective for range queries since results are always ordered by labels");
        var all = evaluator.Vector(call.Arguments[0], grid);
        var descends = call.Function.Name.EndsWith("_desc", StringComparison.Ordinal);
        if (grid.Count == 0)
            return all;
        if (call.Function.Name is "sort" or "sort_desc")
        {
            // Why: histograms have no order.
            all.RemoveAll(series => !series.HasFloat(0));
            all.Sort((a, b) => Compare(a.Values[0], b.Values[0], descends));
            return all;
        }
        var names = call.Arguments.Skip(1).Select(Evaluator.Text).ToArray();
        all.Sort((a, b) => CompareLabels(a.Labels, b.Labels, names) * (descends ? -1 : 1));
        return all;
    }

    /// <summary>NaN is last, whichever way.</summary>
    public static int Compare(double a, double b, bool descends)
    {
        if (double.IsNaN(a) || double.IsNaN(b))
            return double.IsNaN(a).CompareTo(double.IsNaN(b));
        return descends ? b.CompareTo(a) : a.CompareTo(b);
    }

    private static int CompareLabels(LabelSet a, LabelSet b, string[] names)
    {
        foreach (var name in names)
        {
            var order = NaturalOrder.Compare(a.Get(name) ?? "", b.Get(name) ?? "");
            if (order != 0)
                return order;
        }
        return ResultBuilder.CompareLabels(a, b);
    }
}
