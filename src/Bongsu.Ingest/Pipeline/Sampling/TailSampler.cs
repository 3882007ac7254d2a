using System.Collections.Concurrent;
using Bongsu.Ingest.Pipeline.Sampling.Policies;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Ingest.Pipeline.Sampling;

/// <summary>
/// Decides which traces stay. Their spans are stored before: it holds of each undecided trace what its policies ask for, in bounded memory, and remembers what
/// it decided, so that late spans follow. Traces that are not kept wait here until the store has dropped them. Thread-safe.
/// </summary>
internal sealed class TailSampler
{
    // Traces decided in one go while requests wait for the lock: about a millisecond.
    private const int DecidedAtOnce = 1024;

    /// <summary>Traces that the store has still to be told of: 24 MiB. It takes them once a second, unless its disk fails.</summary>
    private const int MaxPendingDrops = 1 << 20;

    private const int KeptSpans = 50_000;

    private readonly object _lock = new();
    private readonly ConcurrentBag<SpanObservation> _idle = [];
    private readonly TimeProvider _time;
    private readonly long _began;
    private readonly List<PolicyTally> _tallies = Deciders.NewTallies();
    private readonly long[] _decided = new long[Enum.GetValues<DecisionReason>().Length];
    private volatile SamplingRun _run;
    private UndecidedTraces _undecided;
    private DecisionCache _decisions;
    private List<PendingDrop> _drops = [];
    private List<PendingDrop> _spareDrops = [];
    private long _lostDrops;

    public TailSampler(SamplingPlan plan, TimeProvider time)
    {
        _time = time;
        _began = time.GetTimestamp();
        _run = new SamplingRun(plan, TallyOf);
        _undecided = new UndecidedTraces(_run.Words, plan.MemoryBytes / 2);
        _decisions = new DecisionCache(plan.MemoryBytes / 2);
    }

    public SamplingPlan Plan => _run.Plan;

    public SamplingRun Run => _run;

    /// <summary>Time of the sampler, from one on.</summary>
    public long NowMs => 1 + (long)_time.GetElapsedTime(_began).TotalMilliseconds;

    /// <summary>Another plan from now on. What is undecided is decided by the one before: it was looked at with that one's eyes.</summary>
    public void Change(SamplingPlan plan)
    {
        lock (_lock)
        {
            while (_undecided.Oldest is >= 0 and var slot)
                Decide(slot, DecisionReason.PlanChanged, NowMs);
            foreach (var tally in _tallies)
                tally.IsPresent = false;
            for (var i = 0; i <= Deciders.BeforeRestart; i++)
                _tallies[i].IsPresent = true;
            var isSameSize = plan.MemoryBytes == _run.Plan.MemoryBytes;
            _run = new SamplingRun(plan, TallyOf);
            _undecided = new UndecidedTraces(_run.Words, plan.MemoryBytes / 2);
            if (!isSameSize)
                _decisions = new DecisionCache(plan.MemoryBytes / 2);
        }
    }

    /// <summary>Leaves out what the head does not let in, and late spans of traces that were not kept. Nothing is counted yet: the store may refuse the batch.</summary>
    // Hot path: every span on the way in; 0 B/op (see SamplingBenchmark).
    public void Admit(SpanBatch batch)
    {
        if (_run.KeepsTraces)
            return;
        lock (_lock)
        {
            var run = _run;
            foreach (ref var span in batch.Spans.Mutable)
            {
                if (span.IsDropped || span.TraceId.IsEmpty)
                    continue;
                if (_decisions.TryGet(span.TraceId, out var decision) ? decision.IsKept : _undecided.Find(span.TraceId) >= 0 || IsLetIn(run, batch, span) || RescuerOf(run, batch, span) >= 0)
                    continue;
                span.IsDropped = span.IsSampledOut = true;
            }
        }
    }

    /// <summary>Takes in what is known of spans that the store has.</summary>
    // Hot path: every stored span; 0 B/op (see SamplingBenchmark).
    public void Observe(SpanBatch batch)
    {
        var run = _run;
        if (run.KeepsTraces)
            return;
        if (!_idle.TryTake(out var work))
            work = new SpanObservation();
        work.Observe(batch, run.Conditions, run.Words, run.CountsBytes);
        lock (_lock)
        {
            if (_run != run)
                work.Observe(batch, _run.Conditions, _run.Words, _run.CountsBytes);
            var nowMs = NowMs;
            for (var i = 0; i < batch.Count; i++)
                Observe(batch, i, work, nowMs, nowMs);
        }
        // What one large request has blown up is not kept for small ones.
        if (batch.Count <= KeptSpans)
            _idle.Add(work);
    }

    /// <summary>Takes up traces that were undecided when the process ended: their wait begins anew.</summary>
    public void Restore(SpanBatch batch, long ageMs)
    {
        var work = new SpanObservation();
        lock (_lock)
        {
            work.Observe(batch, _run.Conditions, _run.Words, _run.CountsBytes);
            for (var i = 0; i < batch.Count; i++)
                Observe(batch, i, work, NowMs, NowMs - ageMs);
        }
    }

    /// <summary>Knows a trace as decided before a restart.</summary>
    public void Restore(TraceId trace, bool isKept)
    {
        lock (_lock)
        {
            _decisions.Add(trace, new Decision(isKept, Deciders.BeforeRestart, DecisionReason.Restarted));
            _decided[(int)DecisionReason.Restarted]++;
        }
    }

    /// <summary>Decides the traces whose time it is.</summary>
    public void DecideDue()
    {
        while (DecideSome())
        {
        }
    }

    /// <summary>Traces that the store is to drop now; give the list back by <see cref="Dropped"/> or <see cref="NotDropped"/>.</summary>
    public List<PendingDrop> TakeDrops()
    {
        lock (_lock)
        {
            var taken = _drops;
            (_drops, _spareDrops) = (_spareDrops, []);
            return taken;
        }
    }

    public void Dropped(List<PendingDrop> drops)
    {
        drops.Clear();
        lock (_lock)
            _spareDrops = drops;
    }

    /// <summary>The store could not drop them; it is tried again.</summary>
    public void NotDropped(List<PendingDrop> drops)
    {
        lock (_lock)
        {
            foreach (var drop in drops)
                AddDrop(drop);
        }
    }

    public TraceSampling? Find(TraceId trace)
    {
        lock (_lock)
        {
            if (_decisions.TryPeek(trace, out var decision))
                return new TraceSampling(decision.IsKept ? "kept" : "dropped", _tallies[decision.Policy].Name, decision.Reason, null, null);
            if (_undecided.Find(trace) is not (>= 0 and var slot))
                return null;
            ref readonly var state = ref _undecided[slot];
            var due = state.HasRoot ? state.RootSeenMs + _run.GraceMs : state.FirstSeenMs + _run.WaitMs;
            return new TraceSampling("undecided", null, null, state.Spans, Math.Max(0, due - NowMs));
        }
    }

    public SamplingReport Report(IReadOnlyList<LogRuleCounts> logs)
    {
        lock (_lock)
        {
            var decided = new SortedDictionary<DecisionReason, long>();
            foreach (var reason in Enum.GetValues<DecisionReason>())
                decided[reason] = _decided[(int)reason];
            var (spans, bytes) = _undecided.Waiting();
            return new SamplingReport
            {
                Plan = _run.Plan,
                Policies = [.. _tallies.Select(t => t.Counts())],
                Logs = logs,
                Decisions = decided,
                UndecidedTraces = _undecided.Count,
                UndecidedSpans = spans,
                UndecidedBytes = bytes,
                UndecidedCapacity = _undecided.Capacity,
                OldestUndecidedMs = _undecided.Oldest is >= 0 and var oldest ? NowMs - _undecided[oldest].FirstSeenMs : 0,
                RememberedDecisions = _decisions.Count,
                MemoryBytes = _undecided.SizeBytes + _decisions.SizeBytes,
                PendingDrops = _drops.Count,
                LostDrops = _lostDrops,
            };
        }
    }

    private bool DecideSome()
    {
        lock (_lock)
        {
            var nowMs = NowMs;
            for (var i = 0; i < DecidedAtOnce; i++)
            {
                if (_undecided.FirstRooted is >= 0 and var rooted && _undecided[rooted].RootSeenMs + _run.GraceMs <= nowMs)
                    Decide(rooted, DecisionReason.RootEnded, nowMs);
                else if (_undecided.FirstWaiting is >= 0 and var waiting && _undecided[waiting].FirstSeenMs + _run.WaitMs <= nowMs)
                    Decide(waiting, DecisionReason.WaitOver, nowMs);
                else
                    return false;
            }
            return true;
        }
    }

    private void Observe(SpanBatch batch, int index, SpanObservation work, long nowMs, long sinceMs)
    {
        ref readonly var span = ref batch.Spans.Span[index];
        if ((span.IsDropped && !span.IsSampledOut) || span.TraceId.IsEmpty)
            return;
        if (_decisions.TryGet(span.TraceId, out var decision))
            Late(span, decision, nowMs);
        else if (span.IsSampledOut)
            _tallies[Deciders.Head].DroppedSpans += IsLetIn(_run, batch, span) ? 0 : 1;
        else if (_run.Plan.Tail is not null)
            Take(batch, index, work, nowMs, sinceMs);
        else if (!IsLetIn(_run, batch, span))
            Rescue(batch, span);
    }

    private void Late(in Span span, Decision decision, long nowMs)
    {
        var tally = _tallies[decision.Policy];
        // Not kept for another reason, such as a budget: that is counted there.
        if (decision.IsKept)
        {
            tally.LateKeptSpans += span.IsSampledOut ? 0 : 1;
            return;
        }
        tally.LateDroppedSpans++;
        // Decided between its way in and its append: it is in the store.
        if (!span.IsSampledOut)
            AddDrop(new PendingDrop(span.TraceId, nowMs));
    }

    // With a head alone, the trace of a span that was let in for itself is kept from there on.
    private void Rescue(SpanBatch batch, in Span span)
    {
        var rescuer = RescuerOf(_run, batch, span);
        if (rescuer < 0)
            return;
        _tallies[rescuer].KeptTraces++;
        _tallies[rescuer].KeptSpans++;
        _decided[(int)DecisionReason.HeadRescue]++;
        _decisions.Add(span.TraceId, new Decision(true, rescuer, DecisionReason.HeadRescue));
    }

    private void Take(SpanBatch batch, int index, SpanObservation work, long nowMs, long sinceMs)
    {
        ref readonly var span = ref batch.Spans.Span[index];
        var slot = _undecided.Find(span.TraceId);
        if (slot < 0)
        {
            if (_undecided.IsFull)
                Decide(_undecided.Oldest, DecisionReason.MemoryFull, nowMs);
            slot = _undecided.Add(span.TraceId, nowMs);
            _undecided[slot].SinceMs = sinceMs;
        }
        ref var state = ref _undecided[slot];
        state.StartNanos = Math.Min(state.StartNanos, span.StartUnixNano);
        state.EndNanos = Math.Max(state.EndNanos, span.EndUnixNano);
        state.LongestNanos = Math.Max(state.LongestNanos, span.DurationNanos);
        state.Bytes += work.Bytes(index);
        state.Spans++;
        state.HasError |= work.HasError(index);
        var met = _undecided.Met(slot);
        var more = work.Met(index);
        for (var word = 0; word < met.Length; word++)
            met[word] |= more[word];
        if (_run.GraceMs > 0 && span.ParentSpanId.IsEmpty)
            _undecided.Root(slot, nowMs);
        if (IsBeyond(state.Bytes, _run.Plan.Tail!.MaximumTraceBytes) || IsBeyond(state.Bytes, _run.Plan.MaxTraceBytes))
            Decide(slot, DecisionReason.TraceTooLarge, nowMs);
    }

    private void Decide(int slot, DecisionReason reason, long nowMs)
    {
        ref readonly var state = ref _undecided[slot];
        var facts = new TraceFacts
        {
            Id = state.Id,
            StartNanos = state.StartNanos,
            EndNanos = state.EndNanos,
            Spans = state.Spans,
            Bytes = state.Bytes,
            NowMs = nowMs,
            Met = _undecided.Met(slot),
        };
        var isTooLarge = IsBeyond(state.Bytes, _run.Plan.Tail!.MaximumTraceBytes);
        var isKept = _run.Decide(facts, state.HasError, state.LongestNanos >= _run.KeepSlowNanos, isTooLarge, _tallies, out var decider);
        var tally = _tallies[decider];
        if (isKept)
        {
            tally.KeptTraces++;
            tally.KeptSpans += state.Spans;
        }
        else
        {
            tally.DroppedTraces++;
            tally.DroppedSpans += state.Spans;
            AddDrop(new PendingDrop(state.Id, state.SinceMs));
        }
        _decided[(int)reason]++;
        _decisions.Add(state.Id, new Decision(isKept, decider, reason));
        _undecided.Remove(slot);
    }

    private void AddDrop(PendingDrop drop)
    {
        if (_drops.Count < MaxPendingDrops)
            _drops.Add(drop);
        else
            _lostDrops++;
    }

    private static bool IsLetIn(SamplingRun run, SpanBatch batch, in Span span) => run.Head.IsAll || run.Head.Has(span.TraceId, batch.Arena.Get(span.TraceState));

    // A span that is an error or slow is let in for itself, whatever the share of its trace: who decides so, or -1.
    private static short RescuerOf(SamplingRun run, SpanBatch batch, in Span span)
    {
        if (run.Plan.KeepErrors && SpanObservation.IsError(batch, span))
            return Deciders.KeepErrors;
        return span.DurationNanos >= run.KeepSlowNanos ? Deciders.KeepSlow : (short)-1;
    }

    private static bool IsBeyond(long bytes, long limit) => limit > 0 && bytes > limit;

    private short TallyOf(string name, string type)
    {
        for (short i = Deciders.BeforeRestart + 1; i < _tallies.Count; i++)
        {
            if (_tallies[i].Name == name && _tallies[i].Type == type)
            {
                _tallies[i].IsPresent = true;
                return i;
            }
        }
        _tallies.Add(new PolicyTally(name, type));
        return (short)(_tallies.Count - 1);
    }
}
