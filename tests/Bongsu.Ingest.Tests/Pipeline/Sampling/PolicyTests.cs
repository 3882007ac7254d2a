using Bongsu.Ingest.Pipeline.Sampling;
using Bongsu.Ingest.Pipeline.Sampling.Ottl;
using Bongsu.Ingest.Pipeline.Sampling.Policies;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;
using FsCheck;
using FsCheck.Fluent;

namespace Bongsu.Ingest.Tests.Pipeline.Sampling;

/// <summary>What each policy says of traces, one idea a case.</summary>
public sealed class PolicyTests
{
    private static Verdict Say(SamplingPolicy policy, Action<TraceMaker> make, long nowMs = 1, ulong trace = 1)
    {
        var maker = new TraceMaker();
        make(maker);
        var run = new SamplingRun(new SamplingPlan { Tail = new TailPlan { Policies = [policy] } }, (_, _) => 0);
        var work = new SpanObservation();
        work.Observe(maker.Batch, run.Conditions, run.Words, countsBytes: true);
        var met = new ulong[run.Words];
        var (start, end, bytes) = (long.MaxValue, long.MinValue, 0L);
        for (var i = 0; i < maker.Batch.Count; i++)
        {
            for (var w = 0; w < met.Length; w++)
                met[w] |= work.Met(i)[w];
            start = Math.Min(start, maker.Batch.Spans[i].StartUnixNano);
            end = Math.Max(end, maker.Batch.Spans[i].EndUnixNano);
            bytes += work.Bytes(i);
        }
        return policy.Evaluate(new TraceFacts { Id = TraceMaker.Id(trace), StartNanos = start, EndNanos = end, Spans = maker.Batch.Count, Bytes = bytes, NowMs = nowMs, Met = met });
    }

    private static Verdict Condition(SpanCondition condition, Action<TraceMaker> make, bool inverted = false) => Say(new ConditionPolicy("p", "t", condition, inverted), make);

    [Fact]
    public void Always() => Assert.Equal(Verdict.Sampled, Say(new AlwaysSamplePolicy("p"), m => m.Add(1)));

    [Theory]
    [InlineData(100, 0, 101, true)]
    [InlineData(100, 0, 100, true)]
    [InlineData(100, 0, 99, false)]
    [InlineData(100, 200, 100, false)]
    [InlineData(100, 200, 101, true)]
    [InlineData(100, 200, 200, true)]
    [InlineData(100, 200, 201, false)]
    [InlineData(0, 0, 0, true)]
    public void LatencyIsFromAThresholdOnOrAboveItUpToAnother(long threshold, long upper, long durationMs, bool isSampled) =>
        Assert.Equal(isSampled, Say(new LatencyPolicy("p", threshold, upper), m => m.Add(1, durationMs: durationMs)) == Verdict.Sampled);

    [Fact]
    public void LatencyRunsFromTheFirstStartToTheLastEnd()
    {
        Assert.Equal(Verdict.Sampled, Say(new LatencyPolicy("p", 500, 0), m => m.Add(1, durationMs: 10).Add(1, isRoot: false, startMs: 600, durationMs: 1)));
        var wild = Say(new LatencyPolicy("p", 500, 0), m => m.Add(1).Edit((SpanBatch _, ref Span s) => (s.StartUnixNano, s.EndUnixNano) = (long.MinValue, long.MaxValue)));
        Assert.Equal(Verdict.Sampled, wild);
        Assert.Equal(Verdict.NotSampled, Say(new LatencyPolicy("p", 500, 0), m => m.Add(1, durationMs: -1000)));
    }

    [Theory]
    [InlineData(5L, true)]
    [InlineData(10L, true)]
    [InlineData(4L, false)]
    [InlineData(11L, false)]
    [InlineData("7", false)]
    [InlineData(7.0, false)]
    public void NumericLooksAtWholeNumbersOfSpanAndResource(object value, bool isSampled)
    {
        Assert.Equal(isSampled, Condition(new NumericCondition("k", 5, 10), m => m.Add(1).With(("k", value))) == Verdict.Sampled);
        Assert.Equal(isSampled, Condition(new NumericCondition("k", 5, 10), m => m.Resource(("k", value)).Add(1)) == Verdict.Sampled);
        Assert.Equal(isSampled ? Verdict.InvertNotSampled : Verdict.InvertSampled, Condition(new NumericCondition("k", 5, 10), m => m.Add(1).Add(1).With(("k", value)), inverted: true));
    }

    [Theory]
    [InlineData("red", true)]
    [InlineData("redder", false)]
    [InlineData("", false)]
    [InlineData(1L, false)]
    public void StringIsOneOfSome(object value, bool isSampled)
    {
        Assert.Equal(isSampled, Condition(new StringCondition("k", ["blue", "red", ""]), m => m.Add(1).Add(1).With(("k", value))) == Verdict.Sampled);
        Assert.Equal(isSampled, Condition(new StringCondition("k", ["blue", "red", ""]), m => m.Resource(("k", value)).Add(1)) == Verdict.Sampled);
    }

    [Theory]
    [InlineData("/health", true)]
    [InlineData("/live/health", true)]
    [InlineData("/heal", false)]
    public void PatternsAreFoundAnywhere(string value, bool isSampled)
    {
        Assert.Equal(isSampled, Condition(new PatternCondition("url.path", ["^x$", "/hea[l]th"]), m => m.Add(1).With(("url.path", value))) == Verdict.Sampled);
        var long_ = new string('a', 5000) + value;
        Assert.Equal(isSampled, Condition(new PatternCondition("url.path", ["/health$"]), m => m.Add(1).With(("url.path", long_))) == Verdict.Sampled);
    }

    [Fact]
    public void AnExpressionThatExplodesElsewhereTakesLinearTime()
    {
        var text = new string('a', 60_000) + "!";
        Assert.Equal(Verdict.NotSampled, Condition(new PatternCondition("k", ["(a+)+$"]), m => m.Add(1).With(("k", text))));
    }

    [Theory]
    [InlineData(true, true, true)]
    [InlineData(false, true, false)]
    [InlineData(false, false, true)]
    public void BooleanIsAsAsked(bool value, bool wanted, bool isSampled) =>
        Assert.Equal(isSampled, Condition(new BooleanCondition("k", wanted), m => m.Add(1).With(("k", value))) == Verdict.Sampled);

    [Theory]
    [InlineData(SpanStatus.Error, true)]
    [InlineData(SpanStatus.Unset, true)]
    [InlineData(SpanStatus.Ok, false)]
    public void StatusIsOneOfSome(SpanStatus status, bool isSampled) =>
        Assert.Equal(isSampled, Condition(new StatusCondition(0b101), m => m.Add(1, status: SpanStatus.Ok).Add(1, status: status)) == Verdict.Sampled);

    [Theory]
    [InlineData("vendor=value1,other=x", true)]
    [InlineData(" other=x , vendor = value1 ", true)]
    [InlineData("vendor=value2", false)]
    [InlineData("myvendor=value1", false)]
    [InlineData("vendor", false)]
    [InlineData("", false)]
    public void TraceStateHasAValueAtAKey(string state, bool isSampled) =>
        Assert.Equal(isSampled, Condition(new TraceStateCondition("vendor", ["value0", "value1"]), m => m.Add(1).Edit((SpanBatch b, ref Span s) => s.TraceState = b.Arena.Append(state))) == Verdict.Sampled);

    [Theory]
    [InlineData(1u, true)]
    [InlineData(0x101u, true)]
    [InlineData(2u, false)]
    public void FlagsAreTheSampledOne(uint flags, bool isSampled) =>
        Assert.Equal(isSampled, Condition(new TraceFlagsCondition(), m => m.Add(1).Edit((SpanBatch _, ref Span s) => s.Flags = flags)) == Verdict.Sampled);

    [Theory]
    [InlineData(2, 0, 1, false)]
    [InlineData(2, 0, 2, true)]
    [InlineData(2, 3, 3, true)]
    [InlineData(2, 3, 4, false)]
    public void SpansAreCounted(long min, long max, int spans, bool isSampled) =>
        Assert.Equal(isSampled, Say(new SpanCountPolicy("p", min, max), m => Repeat(m, spans)) == Verdict.Sampled);

    [Fact]
    public void ARateHoldsOverTimeAndBursts()
    {
        var policy = new RateLimitingPolicy("p", 10, 20);
        Verdict Ask(int spans, long nowMs) => Say(policy, m => Repeat(m, spans), nowMs);
        Assert.Equal(Verdict.Sampled, Ask(15, 1000));
        Assert.Equal(Verdict.NotSampled, Ask(6, 1000));
        Assert.Equal(Verdict.Sampled, Ask(5, 1000));
        Assert.Equal(Verdict.NotSampled, Ask(1, 1050));
        Assert.Equal(Verdict.Sampled, Ask(10, 2000));
        Assert.Equal(Verdict.NotSampled, Ask(21, 100_000));
        Assert.Equal(Verdict.Sampled, Ask(20, 100_000));
    }

    [Fact]
    public void BytesAreThoseOfTheSpans()
    {
        var policy = new BytesLimitingPolicy("p", 1000, 2000);
        Verdict Ask(int bytes, long nowMs) => Say(policy, m => m.Add(1).With(("k", new string('x', bytes))), nowMs);
        Assert.Equal(Verdict.Sampled, Ask(1500, 1000));
        Assert.Equal(Verdict.NotSampled, Ask(1500, 1000));
        Assert.Equal(Verdict.Sampled, Ask(1200, 2000));
    }

    [Fact]
    public void AShareIsTheOneACollectorKeeps()
    {
        // FNV-1a of "default-hash-seed" and then 16 bytes, computed with the published algorithm.
        var hash = 14695981039346656037UL;
        foreach (var b in "default-hash-seed"u8.ToArray().Concat(Enumerable.Range(1, 16).Select(i => (byte)i)))
            hash = unchecked((hash ^ b) * 1099511628211UL);
        var id = TraceId.FromBytes([.. Enumerable.Range(1, 16).Select(i => (byte)i)]);
        Assert.Equal(hash, new ProbabilisticPolicy("p", "", 50).Hash(id));
        Assert.NotEqual(hash, new ProbabilisticPolicy("p", "other", 50).Hash(id));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(10, 1000)]
    [InlineData(50, 5000)]
    [InlineData(100, 10000)]
    [InlineData(250, 10000)]
    public void AShareIsThatShare(double percentage, int expected)
    {
        var policy = new ProbabilisticPolicy("p", "", percentage);
        var kept = 0;
        for (ulong i = 0; i < 10_000; i++)
        {
            if (policy.Evaluate(new TraceFacts { Id = new TraceId(i * 0x9E3779B97F4A7C15, i * 0xC2B2AE3D27D4EB4F) }) == Verdict.Sampled)
                kept++;
        }
        Assert.InRange(kept, expected * 0.9, Math.Max(expected * 1.1, 0));
    }

    [Fact]
    public void AndWantsAllAndDropDropsThem()
    {
        SamplingPolicy[] parts = [new ConditionPolicy("a", "t", new StringCondition("k", ["v"])), new ConditionPolicy("b", "t", new StringCondition("no", ["v"]), isInverted: true)];
        Assert.Equal(Verdict.Sampled, Say(new AndPolicy("p", parts), m => m.Add(1).With(("k", "v"))));
        Assert.Equal(Verdict.NotSampled, Say(new AndPolicy("p", parts), m => m.Add(1).With(("k", "v"), ("no", "v"))));
        Assert.Equal(Verdict.Dropped, Say(new DropPolicy("p", parts), m => m.Add(1).With(("k", "v"))));
        Assert.Equal(Verdict.NotSampled, Say(new DropPolicy("p", parts), m => m.Add(1)));
        Assert.Equal(Verdict.NotSampled, Say(new NotPolicy("p", parts[0]), m => m.Add(1).With(("k", "v"))));
        Assert.Equal(Verdict.Sampled, Say(new NotPolicy("p", parts[0]), m => m.Add(1)));
    }

    [Fact]
    public void CompositeGivesTheFirstThatWantsItsShareAndNoMore()
    {
        var policy = new CompositePolicy("p", 10,
        [
            new(new ConditionPolicy("a", "t", new StringCondition("k", ["v"])), 5),
            new(new AlwaysSamplePolicy("b"), 10),
        ]);
        Verdict Ask(int spans, long nowMs, bool isFirst) => Say(policy, m =>
        {
            Repeat(m, spans);
            if (isFirst)
                m.With(("k", "v"));
        }, nowMs);
        Assert.Equal(Verdict.Sampled, Ask(4, 1000, true));
        Assert.Equal(Verdict.NotSampled, Ask(2, 1100, true));
        Assert.Equal(Verdict.Sampled, Ask(1, 1200, true));
        Assert.Equal(Verdict.Sampled, Ask(10, 1300, false));
        Assert.Equal(Verdict.NotSampled, Ask(1, 1999, false));
        Assert.Equal(Verdict.Sampled, Ask(5, 2000, true));
    }

    [Theory]
    [InlineData("attributes[\"k\"] == \"v\"", true)]
    [InlineData("attributes[\"k\"] != \"v\"", false)]
    [InlineData("span.attributes[\"n\"] > 4 and span.attributes[\"n\"] <= 5", true)]
    [InlineData("attributes[\"n\"] == 5.0", true)]
    [InlineData("attributes[\"f\"] * 2 == 3", true)]
    [InlineData("attributes[\"none\"] == nil", true)]
    [InlineData("attributes[\"k\"] != nil", true)]
    [InlineData("attributes[\"none\"] == \"\"", false)]
    [InlineData("attributes[\"n\"] == \"5\"", false)]
    [InlineData("attributes[\"n\"] != \"5\"", true)]
    [InlineData("attributes[\"b\"]==true", true)]
    [InlineData("resource.attributes[\"service.name\"] == \"api\"", true)]
    [InlineData("name == \"GET /\"", true)]
    [InlineData("span.name == \"GET /\" and kind == SPAN_KIND_SERVER", true)]
    [InlineData("status.code == STATUS_CODE_ERROR", true)]
    [InlineData("status.code == 1 or (kind == 2 and not (name == \"x\"))", true)]
    [InlineData("not status.code == STATUS_CODE_ERROR", false)]
    [InlineData("not not status.code == STATUS_CODE_ERROR", true)]
    [InlineData("IsMatch(name, \"^GET\")", true)]
    [InlineData("IsMatch(attributes[\"n\"], \"^5$\")", true)]
    [InlineData("not IsMatch(name, \"POST\") and true", true)]
    [InlineData("IsMatch(attributes[\"none\"], \".*\")", false)]
    [InlineData("end_time_unix_nano - start_time_unix_nano >= 10000000", true)]
    [InlineData("(end_time - start_time) > Duration(\"1.5s\")", false)]
    [InlineData("(end_time - start_time) >= Duration(\"10ms\")", true)]
    [InlineData("trace_id.string == \"000000000000abcd0000000000000001\"", true)]
    [InlineData("parent_span_id.string == \"\"", true)]
    [InlineData("IsRootSpan()", true)]
    [InlineData("not IsRootSpan() or name == \"x\"", false)]
    [InlineData("IsRootSpan() == true and (IsRootSpan())", true)]
    [InlineData("span_id.string != \"0000000000000001\"", false)]
    [InlineData("attributes[\"none\"] / 0 == 1", false)]
    [InlineData("-1 < attributes[\"n\"]", true)]
    [InlineData("((name == \"x\") or ((kind == 2)))", true)]
    [InlineData("\"a\\\"b\" == \"a\\\"b\"", true)]
    public void OttlConditionsOnSpans(string condition, bool isSampled)
    {
        var parsed = OttlCondition.TryParse([condition], [], out _, out var problem);
        Assert.True(parsed is not null, problem);
        Assert.Equal(isSampled, Condition(parsed, m => m.Add(1, status: SpanStatus.Error).With(("k", "v"), ("n", 5), ("f", 1.5), ("b", true))) == Verdict.Sampled);
    }

    [Theory]
    [InlineData("name == \"exception\"", true)]
    [InlineData("name == \"GET /\"", false)]
    [InlineData("span.name == \"GET /\" and attributes[\"exception.type\"] == \"Timeout\"", true)]
    [InlineData("spanevent.attributes[\"exception.type\"] == \"Other\"", false)]
    public void OttlConditionsOnSpanEvents(string condition, bool isSampled)
    {
        var parsed = OttlCondition.TryParse([], [condition], out _, out var problem);
        Assert.True(parsed is not null, problem);
        Assert.Equal(isSampled, Condition(parsed, m => m.Add(1).Event("start").Event("exception", ("exception.type", "Timeout"))) == Verdict.Sampled);
    }

    [Theory]
    [InlineData("")]
    [InlineData("name")]
    [InlineData("name ==")]
    [InlineData("name = \"x\"")]
    [InlineData("name == \"x")]
    [InlineData("name == \"x\" and")]
    [InlineData("(name == \"x\"")]
    [InlineData("Concat([name], \"\") == \"x\"")]
    [InlineData("attributes[\"a\"][\"b\"] == 1")]
    [InlineData("unknown.path == 1")]
    [InlineData("IsMatch(name, \"(\")")]
    [InlineData("IsRootSpan(name)")]
    [InlineData("IsRootSpan")]
    [InlineData("Duration(\"10\") > 1")]
    [InlineData("trace_id.string == name")]
    [InlineData("1 == 2 3")]
    [InlineData("name == \"\\q\"")]
    public void WhatIsNoConditionIsRefusedWithAPlace(string condition)
    {
        Assert.Null(OttlCondition.TryParse([condition], [], out var fault, out var problem));
        Assert.Equal(condition, fault);
        Assert.Contains("at character", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void AConditionNestedDeepIsRefused()
    {
        Assert.Null(OttlCondition.TryParse([new string('(', 5000) + "name == \"x\"" + new string(')', 5000)], [], out _, out var problem));
        Assert.Contains("nested deeper", problem, StringComparison.Ordinal);
        Assert.Null(OttlCondition.TryParse([string.Concat(Enumerable.Repeat("IsMatch(", 3000))], [], out _, out _));
    }

    [Fact]
    public void AnyTextIsReadOrRefused() => Prop.ForAll<byte[]>(bytes =>
    {
        string[] words = ["(", ")", "name", "==", "and", "or", "not", "\"x\"", "1", "attributes[\"k\"]", "IsMatch(", ",", "-", "*", "nil", "true"];
        OttlCondition.TryParse([string.Join(' ', bytes.Select(b => words[b % words.Length]))], [], out _, out _);
    }).QuickCheckThrowOnFailure();

    private static void Repeat(TraceMaker maker, int spans)
    {
        for (var i = 0; i < spans; i++)
            maker.Add(1, isRoot: i == 0);
    }
}
