using Bongsu.Query.PromQL.Syntax;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>Label sets as error messages show them: all in braces, the metric name too.</summary>
internal static class SeriesText
{
    public static string Of(LabelSet labels) =>
        "{" + string.Join(", ", labels.ToList().Select(l => $"{PromQlPrinter.LabelName(l.Name)}={PromQlPrinter.Quote(l.Value)}")) + "}";
}
