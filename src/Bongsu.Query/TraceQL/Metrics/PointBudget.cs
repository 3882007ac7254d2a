using Bongsu.Query.TraceQL.Evaluation;

namespace Bongsu.Query.TraceQL.Metrics;

/// <summary>Counts the points that a metrics query holds, and ends it when they are too many. Not thread-safe.</summary>
internal sealed class PointBudget(TraceQlLimits limits)
{
    private long _points;

    public int MaxSeries => limits.MaxSeries;

    public void Take(int points)
    {
        if ((_points += points) > limits.MaxPoints)
            throw new TraceQlEvaluationException(QueryFailureKind.Execution, $"metrics query holds more than {limits.MaxPoints} points; take a longer step, a shorter range, or group by fewer fields");
    }

    public void CheckSeries(int series)
    {
        if (series > limits.MaxSeries)
            throw new TraceQlEvaluationException(QueryFailureKind.Execution, $"metrics query gives more than {limits.MaxSeries} series; group by fewer fields");
    }
}
