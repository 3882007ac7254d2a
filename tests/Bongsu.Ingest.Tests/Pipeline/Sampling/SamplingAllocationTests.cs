using Bongsu.Ingest.Pipeline.Sampling;
using Bongsu.Ingest.Pipeline.Sampling.Ottl;
using Bongsu.Ingest.Pipeline.Sampling.Policies;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Logs;
using Bongsu.Telemetry.Spans;
using Bongsu.Testing;

namespace Bongsu.Ingest.Tests.Pipeline.Sampling;

/// <summary>A span and a log record on their way through sampling allocate nothing once tables have grown to what comes.</summary>
public sealed class SamplingAllocationTests
{
    private const int Traces = 2000;
    private const int Rounds = 60;

    [Fact]
    public void SpansAllocateNothing()
    {
        var time = new ManualTime();
        var ottl = OttlCondition.TryParse(["attributes[\"n\"] > 3 and not IsMatch(name, \"^POST\")", "status.code == STATUS_CODE_ERROR"], [], out _, out _)!;
        SamplingPolicy[] policies =
        [
            new LatencyPolicy("slow", 500, 0), new ConditionPolicy("vip", "string_attribute", new PatternCondition("customer", ["^vi.$"])), new ConditionPolicy("ottl", "ottl_condition", ottl),
            new ConditionPolicy("state", "trace_state", new TraceStateCondition("a", ["b"])), new ProbabilisticPolicy("share", "", 5), new BytesLimitingPolicy("bytes", 100, 200),
        ];
        var sampler = new TailSampler(new SamplingPlan { HeadRatio = 0.9, Tail = new TailPlan { Policies = policies } }, time);
        var batch = new SpanBatch();
        var allocated = new List<long>();
        for (var round = 0; round < Rounds; round++)
        {
            Fill(batch, round);
            var before = GC.GetAllocatedBytesForCurrentThread();
            sampler.Admit(batch);
            sampler.Observe(batch);
            time.Advance(TimeSpan.FromSeconds(2));
            var beforeDecisions = GC.GetAllocatedBytesForCurrentThread() - before;
            sampler.DecideDue();
            allocated.Add(beforeDecisions);
            var drops = sampler.TakeDrops();
            sampler.Dropped(drops);
        }
        // Tables double while traces gather; after that a whole round of thousands of spans is free but for what the clock of the test takes.
        Assert.InRange(allocated[^10..].Min(), 0, 256);
        Assert.True(sampler.Report([]).Policies.Sum(p => p.KeptTraces + p.DroppedTraces) > Traces * Rounds / 2);
    }

    [Fact]
    public void LogRecordsAllocateNothing()
    {
        var sampler = new LogSampler(new SamplingPlan { Logs = [new LogSamplingRule("api", ["info"], 0.1), new LogSamplingRule(null, [], 0.5)] });
        var batch = new LogBatch();
        var allocated = new List<long>();
        for (var round = 0; round < 30; round++)
        {
            batch.Clear();
            batch.Streams.Add(batch.Arena.Append(Telemetry.Labels.LabelSet.Of(("service_name", "api")).Bytes));
            for (var i = 0; i < 1000; i++)
            {
                batch.Records.Add(new LogRecord
                {
                    Resource = -1,
                    Scope = -1,
                    TimeUnixNano = TraceMaker.BaseNanos + i,
                    SeverityNumber = 9,
                    Body = AttributeValue.OfString(batch.Arena.Append("{\"msg\":\"hello\",\"status\":200,\"duration_ms\":3}"u8)),
                });
            }
            var before = GC.GetAllocatedBytesForCurrentThread();
            sampler.Admit(batch);
            allocated.Add(GC.GetAllocatedBytesForCurrentThread() - before);
        }
        Assert.Equal(0, allocated[^10..].Min());
        Assert.True(sampler.Counts()[0].Dropped > 10_000);
    }

    private static void Fill(SpanBatch batch, int round)
    {
        batch.Clear();
        batch.Resources.Add(new Resource(new AttributeRange(0, 0), default));
        var start = batch.Attributes.Count;
        batch.Attributes.Add("customer", "guest");
        batch.Attributes.Add(batch.Arena.Append("n"), AttributeValue.OfInt(2));
        var attributes = batch.Attributes.Since(start);
        var state = batch.Arena.Append("a=c,ot=th:8");
        var name = batch.Arena.Append("GET /");
        for (var i = 0; i < Traces * 2; i++)
        {
            var trace = (ulong)(round * Traces + i / 2);
            batch.Spans.Add(new Telemetry.Spans.Span
            {
                Scope = -1,
                TraceId = new TraceId(trace * 0x9E3779B97F4A7C15, trace * 0xC2B2AE3D27D4EB4F + 1),
                SpanId = new SpanId((ulong)i + 1),
                ParentSpanId = i % 2 == 0 ? new SpanId(9) : default,
                Name = name,
                TraceState = state,
                Attributes = attributes,
                StartUnixNano = TraceMaker.BaseNanos,
                EndUnixNano = TraceMaker.BaseNanos + 5_000_000,
            });
        }
    }
}
