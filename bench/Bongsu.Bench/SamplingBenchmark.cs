using BenchmarkDotNet.Attributes;
using Bongsu.Bench.Sampling;
using Bongsu.Ingest.Pipeline.Sampling;
using Bongsu.Ingest.Pipeline.Sampling.Policies;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Bench;

/// <summary>What the sampler takes of one span on its way in, with as many undecided traces as its memory holds: admitted, looked at by four policies, an eighth of a trace decided.</summary>
[MemoryDiagnoser]
public class SamplingBenchmark
{
    private const int SpansPerBatch = 2000;

    private readonly SpanBatch[] _batches = new SpanBatch[400];
    private TailSampler _sampler = null!;
    private int _next;

    [GlobalSetup]
    public void Prepare()
    {
        var load = new TraceLoad(SpansPerBatch * TraceLoad.TicksPerSecond);
        for (var i = 0; i < _batches.Length; i++)
        {
            _batches[i] = new SpanBatch();
            load.Next(_batches[i], 1_795_096_800_000_000_000, startsTraces: true);
        }
        SamplingPolicy[] policies =
        [
            new DropPolicy("probes", [new ConditionPolicy("route", "string_attribute", new PatternCondition("http.route", ["^/(healthz|livez|readyz)$"]))]),
            new ConditionPolicy("vips", "string_attribute", new StringCondition("customer", ["vip"])), new LatencyPolicy("slow", 1000, 0), new ProbabilisticPolicy("baseline", "", 5),
        ];
        _sampler = new TailSampler(new SamplingPlan { Tail = new TailPlan { Policies = policies } }, TimeProvider.System);
    }

    [Benchmark(OperationsPerInvoke = SpansPerBatch)]
    public void Sample()
    {
        var batch = _batches[_next++ % _batches.Length];
        // Traces that were never seen, each time around.
        foreach (ref var span in batch.Spans.Mutable)
        {
            span.IsDropped = span.IsSampledOut = false;
            span.TraceId = span.TraceId with { High = span.TraceId.High + 1 };
        }
        _sampler.Admit(batch);
        _sampler.Observe(batch);
        _sampler.DecideDue();
        _sampler.Dropped(_sampler.TakeDrops());
    }
}
