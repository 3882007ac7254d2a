using Bongsu.Query.PromQL.Evaluation;

namespace Bongsu.Query.PromQL;

/// <summary>Takes the times of one query as it goes from step to step.</summary>
internal sealed class QueryClock(TimeProvider time)
{
    private readonly long _began = time.GetTimestamp();
    private long? _parsed;
    private long? _entered;
    private long? _prepared;
    private long? _evaluated;

    public void Parsed() => _parsed = time.GetTimestamp();

    /// <summary>Let in by the gate.</summary>
    public void Entered() => _entered = time.GetTimestamp();

    /// <summary>The series are found.</summary>
    public void Prepared() => _prepared = time.GetTimestamp();

    /// <summary>All values are computed.</summary>
    public void Evaluated() => _evaluated = time.GetTimestamp();

    public QueryStatistics Finish(QueryContext context)
    {
        var now = time.GetTimestamp();
        var parsed = _parsed ?? _began;
        var entered = _entered ?? parsed;
        var prepared = _prepared ?? entered;
        var evaluated = _evaluated ?? now;
        return new QueryStatistics
        {
            Queued = time.GetElapsedTime(parsed, entered),
            Prepared = time.GetElapsedTime(_began, parsed) + time.GetElapsedTime(entered, prepared),
            Evaluated = time.GetElapsedTime(prepared, evaluated),
            Sorted = time.GetElapsedTime(evaluated, now),
            Total = time.GetElapsedTime(_began, now),
            TotalQueryableSamples = context.SamplesSeen,
            PeakSamples = context.PeakSamples,
            PeakBytes = context.PeakBytes,
            Series = context.SeriesTouched,
        };
    }
}
