using Bongsu.Query.LogQL.Parsing;
using Bongsu.Query.LogQL.Stages;

namespace Bongsu.Query.LogQL.Evaluation;

/// <summary>Who asks for errors gets them as labels; otherwise an error fails the query, for a sum over half of the lines would be wrong. Immutable.</summary>
internal sealed class PipelineErrors(RangeAggregationExpr expr, Grouping? grouping)
{
    private readonly bool _arePreserved = grouping?.Labels.Contains(ErrorLabels.Error) == true || expr.Log.Stages.Any(s => s.ReadsLabels.Contains(ErrorLabels.Error));

    public void Check(LineState line)
    {
        if (line.Error is not null && !_arePreserved)
            throw new LogQlEvaluationException(QueryFailureKind.BadQuery, Message(line));
    }

    private static string Message(LineState line) =>
        $"pipeline error: '{line.Error}' for series: '{SeriesKey.OfLine(line, null, null)}'.\n" +
        $"Use a label filter to intentionally skip this error. (e.g | __error__!=\"{line.Error}\").\n" +
        "To skip all potential errors you can match empty errors.(e.g __error__=\"\")\n" +
        "The label filter can also be specified after unwrap. (e.g | unwrap latency | __error__=\"\" )\n";
}
