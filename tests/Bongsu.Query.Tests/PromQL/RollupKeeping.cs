using Bongsu.Telemetry.Metrics;
using Bongsu.Testing;

namespace Bongsu.Query.Tests.PromQL;

/// <summary>What a store keeps as rollups, and how often it was asked for samples and for runs.</summary>
internal sealed class RollupKeeping(long upToMs, long lengthMs)
{
    public int SampleReads;
    public int RunReads;

    /// <summary>Nothing as rollups: what is asked for is counted.</summary>
    public static RollupKeeping None => new(long.MinValue, 1);

    /// <summary>The last moment of which only rollups are left: the end of one.</summary>
    public long UpToMs => upToMs;

    public long LengthMs => lengthMs;

    public SlowStore Over(MemoryStore inner) => new(inner, static () => { })
    {
        Selects = async (select, cancellationToken) =>
        {
            // Why: a rollup that lies on both sides of the begin is made of samples before it.
            var wider = select with { FromMs = select.FromMs - lengthMs, ToMs = select.ToMs + lengthMs };
            return new RollupSelection(await inner.SelectAsync(wider, cancellationToken), select, this);
        },
    };
}
