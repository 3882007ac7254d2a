using Bongsu.Query.PromQL;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Query.Tests.PromQL;

/// <param name="Value">Null when there is a failure.</param>
/// <param name="Failure">Why there is no value.</param>
/// <param name="Warnings">In any order.</param>
/// <param name="Infos">In any order.</param>
internal sealed record PromTestAnswer(PromValue? Value, string? Failure, IReadOnlyList<string> Warnings, IReadOnlyList<string> Infos)
{
    public static PromTestAnswer Of<T>(QueryAnswer<T> answer) where T : PromValue => new(answer.Value, answer.Failure?.Message, answer.Warnings, answer.Infos);
}

/// <summary>What scripts are run against.</summary>
internal abstract class PromTestTarget
{
    /// <summary>Histograms come back as the buckets they show, without schema and reset hint.</summary>
    public virtual bool ShowsBucketsAlone => false;

    /// <summary>Forgets all samples.</summary>
    public abstract Task ClearAsync();

    public abstract Task AppendAsync(MetricBatch batch);

    public abstract Task<PromTestAnswer> InstantAsync(string query, long timeMs);

    public abstract Task<PromTestAnswer> RangeAsync(string query, long startMs, long endMs, long stepMs);
}
