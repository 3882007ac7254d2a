using System.Text.RegularExpressions;
using Bongsu.Query.PromQL.Syntax;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>label_replace and label_join.</summary>
internal static class LabelFunctions
{
    public static List<StepSeries> Evaluate(Evaluator evaluator, CallExpr call, TimeGrid grid)
    {
        var change = call.Function.Name == "label_replace" ? Replace(evaluator.Context, call) : Join(evaluator.Context, call);
        var all = evaluator.Vector(call.Arguments[0], grid);
        foreach (var series in all)
        {
            if (change(series.Labels) is not { } labels)
                continue;
            // Why: a metric name that was set on purpose stays, even when the name was to be dropped.
            if (Evaluator.Text(call.Arguments[1]) == LabelNames.MetricName)
                series.DropName = false;
            series.Labels = labels;
        }
        ResultBuilder.Merge(all, grid, evaluator.Context);
        return all;
    }

    // Null: nothing matches.
    private static Func<LabelSet, LabelSet?> Replace(QueryContext context, CallExpr call)
    {
        var target = TargetLabel(context, call);
        var replacement = Evaluator.Text(call.Arguments[2]);
        var source = Evaluator.Text(call.Arguments[3]);
        var expression = Evaluator.Text(call.Arguments[4]);
        Regex regex;
        try
        {
            regex = LinearRegex.Anchored(expression);
        }
        catch (Exception failure) when (failure is ArgumentException or NotSupportedException)
        {
            throw context.Fail(call.Arguments[4], $"invalid regular expression in label_replace(): {failure.Message}");
        }
        var template = new RegexTemplate(replacement, RegexTemplate.GroupsOf(expression));
        return labels =>
        {
            var match = regex.Match(labels.Get(source) ?? "");
            return match.Success ? new LabelSetBuilder(labels).Set(target, template.Expand(match)).ToLabelSet() : null;
        };
    }

    private static Func<LabelSet, LabelSet?> Join(QueryContext context, CallExpr call)
    {
        var target = TargetLabel(context, call);
        var separator = Evaluator.Text(call.Arguments[2]);
        var sources = call.Arguments.Skip(3).Select(Evaluator.Text).ToArray();
        return labels => new LabelSetBuilder(labels).Set(target, string.Join(separator, sources.Select(s => labels.Get(s) ?? ""))).ToLabelSet();
    }

    private static string TargetLabel(QueryContext context, CallExpr call)
    {
        var name = Evaluator.Text(call.Arguments[1]);
        return name.Length > 0 && !name.Contains('\uFFFD', StringComparison.Ordinal)
            ? name
            : throw context.Fail(call.Arguments[1], $"invalid destination label name in {call.Function.Name}(): {PromQlPrinter.Quote(name)}");
    }
}
