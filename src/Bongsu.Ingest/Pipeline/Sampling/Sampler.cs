using Bongsu.Telemetry;
using Bongsu.Telemetry.Events;

namespace Bongsu.Ingest.Pipeline.Sampling;

/// <summary>What is kept of traces and logs: the plan, what it has decided, and the store that it tells which traces to drop. Thread-safe.</summary>
public sealed class Sampler
{
    // Beyond the time in memory, for a store that is told late.
    private const long DropSlackMs = 60_000;

    private readonly ITelemetryStore _store;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _deciding = new(1);

    internal Sampler(ITelemetryStore store, SamplingPlan plan, TimeProvider time)
    {
        _store = store;
        _time = time;
        Check(plan);
        Traces = new TailSampler(plan, time);
        Logs = new LogSampler(plan);
    }

    public SamplingPlan Plan => Traces.Plan;

    internal TailSampler Traces { get; }

    internal LogSampler Logs { get; private set; }

    /// <summary>What was decided of a trace, as far as it is remembered; null when nothing is known of it.</summary>
    public TraceSampling? Find(TraceId trace) => Traces.Find(trace);

    public SamplingReport Report() => Traces.Report(Logs.Counts());

    /// <summary>Another plan from now on; traces that are undecided are decided by the one before.</summary>
    public void Change(SamplingPlan plan)
    {
        Check(plan);
        Traces.Change(plan);
        Logs = new LogSampler(plan);
    }

    /// <summary>Takes up what was undecided and what was decided before a restart, as far as the store tells; call it before spans come in.</summary>
    public Task RestoreAsync(CancellationToken cancellationToken) =>
        Plan.Tail is null || !_store.Capabilities.TraceDrops ? Task.CompletedTask : SamplingRestore.RunAsync(_store, Traces, _time, cancellationToken);

    /// <summary>Decides the traces whose time it is, and tells the store which to drop. Run by <see cref="SamplingLoop"/>.</summary>
    /// <exception cref="IOException">The store's disk is full or failing: it is told the next time.</exception>
    public async Task DecideAsync(CancellationToken cancellationToken)
    {
        await _deciding.WaitAsync(cancellationToken);
        try
        {
            Traces.DecideDue();
            var drops = Traces.TakeDrops();
            if (drops.Count > 0)
                await DropAsync(drops);
            Traces.Dropped(drops);
        }
        finally
        {
            _deciding.Release();
        }
    }

    private async Task DropAsync(List<PendingDrop> drops)
    {
        var sinceMs = long.MaxValue;
        var traces = new List<TraceId>(drops.Count);
        foreach (var drop in drops)
        {
            traces.Add(drop.Trace);
            sinceMs = Math.Min(sinceMs, drop.SinceMs);
        }
        try
        {
            await _store.Spans.DropAsync(traces, TimeSpan.FromMilliseconds(Traces.NowMs - sinceMs + DropSlackMs), CancellationToken.None);
        }
        catch
        {
            Traces.NotDropped(drops);
            throw;
        }
    }

    private void Check(SamplingPlan plan)
    {
        if (plan.Tail is not null && !_store.Capabilities.TraceDrops)
            throw new NotSupportedException("this store does not drop traces, so none can be sampled by their end");
    }
}
