using Bongsu.Telemetry;
using Bongsu.Telemetry.Events;

namespace Bongsu.Ingest.Pipeline.Sampling;

/// <summary>What is kept of traces and logs: the plan, what it has decided, and the store that it tells which traces to drop. Thread-safe.</summary>
public sealed class Sampler
{
    // Seen first when the store had it: it came in a little before.
    private const long DropSlackMs = 5_000;

    private const long YoungMs = 12_000;

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

    // Most traces are decided a grace behind their root: a store looks for those in what is as young as that alone.
    private async Task DropAsync(List<PendingDrop> drops)
    {
        try
        {
            var youngSinceMs = Traces.NowMs - YoungMs;
            await TellAsync(drops.FindAll(d => d.SinceMs >= youngSinceMs));
            await TellAsync(drops.FindAll(d => d.SinceMs < youngSinceMs));
        }
        catch
        {
            Traces.NotDropped(drops);
            throw;
        }
    }

    private async Task TellAsync(List<PendingDrop> drops)
    {
        if (drops.Count == 0)
            return;
        var sinceMs = drops.Min(d => d.SinceMs);
        await _store.Spans.DropAsync(drops.ConvertAll(d => d.Trace), TimeSpan.FromMilliseconds(Traces.NowMs - sinceMs + DropSlackMs), CancellationToken.None);
    }

    private void Check(SamplingPlan plan)
    {
        if (plan.Tail is not null && !_store.Capabilities.TraceDrops)
            throw new NotSupportedException("this store does not drop traces, so none can be sampled by their end");
    }
}
