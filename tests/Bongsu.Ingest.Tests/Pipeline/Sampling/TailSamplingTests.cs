using Bongsu.Ingest.Pipeline.Sampling;
using Bongsu.Ingest.Pipeline.Sampling.Policies;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;
using Bongsu.Telemetry.Spans;
using Bongsu.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bongsu.Ingest.Tests.Pipeline.Sampling;

/// <summary>Whole traces through the pipeline, a store, and the sampler that decides them.</summary>
public sealed class TailSamplingTests
{
    private readonly MemoryStore _store = new();
    private readonly ManualTime _time = new();

    private static readonly SamplingPolicy[] KeepVips = [new ConditionPolicy("vips", "string_attribute", new StringCondition("customer", ["vip"]))];

    [Fact]
    public async Task WithoutAPlanNothingIsDecidedAndAllIsKept()
    {
        var ingest = Ingest(new SamplingPlan());
        await SendAsync(ingest, TraceMaker.One(1));
        await PassAsync(ingest, 60);
        Assert.Equal("1", await KeptAsync());
        Assert.Equal((0, 0), (ingest.Sampler.Report().UndecidedTraces, ingest.Sampler.Report().RememberedDecisions));
    }

    [Fact]
    public async Task ATraceIsDecidedAGraceBehindItsRootAndIsThereUntilThen()
    {
        var ingest = Ingest(Plan(KeepVips));
        await SendAsync(ingest, TraceMaker.One(1, isRoot: false));
        await SendAsync(ingest, TraceMaker.One(2));
        await PassAsync(ingest, 3);
        await SendAsync(ingest, TraceMaker.One(1, span: 7, make: m => m.With(("customer", "vip"))));
        await PassAsync(ingest, 1.9);
        Assert.Equal("1 1 2", await KeptAsync());
        Assert.Equal(("undecided", 2), (ingest.Sampler.Find(TraceMaker.Id(1))!.State, ingest.Sampler.Find(TraceMaker.Id(1))!.Spans));
        await PassAsync(ingest, 0.2);
        Assert.Equal("1 1", await KeptAsync());
        await PassAsync(ingest, 3);
        Assert.Equal("1 1", await KeptAsync());
        Assert.Equal(new TraceSampling("kept", "vips", DecisionReason.RootEnded, null, null), ingest.Sampler.Find(TraceMaker.Id(1)));
        Assert.Equal(new TraceSampling("dropped", "not_sampled", DecisionReason.RootEnded, null, null), ingest.Sampler.Find(TraceMaker.Id(2)));
        Assert.Null(ingest.Sampler.Find(TraceMaker.Id(3)));
    }

    [Fact]
    public async Task ATraceWithoutARootWaitsAndNoLonger()
    {
        var ingest = Ingest(Plan(KeepVips));
        await SendAsync(ingest, TraceMaker.One(1, isRoot: false));
        await PassAsync(ingest, 29);
        await SendAsync(ingest, TraceMaker.One(1, isRoot: false, span: 5));
        Assert.Equal("1 1", await KeptAsync());
        await PassAsync(ingest, 1);
        Assert.Equal("", await KeptAsync());
        Assert.Equal(DecisionReason.WaitOver, ingest.Sampler.Find(TraceMaker.Id(1))!.Reason);
    }

    [Fact]
    public async Task ARootEndsNoWaitWhereThatIsOff()
    {
        var ingest = Ingest(Plan(KeepVips) with { Tail = new TailPlan { Policies = KeepVips, RootGrace = TimeSpan.Zero } });
        await SendAsync(ingest, TraceMaker.One(1));
        await PassAsync(ingest, 29);
        Assert.Equal("1", await KeptAsync());
        await PassAsync(ingest, 1);
        Assert.Equal("", await KeptAsync());
    }

    [Fact]
    public async Task LateSpansFollowTheDecision()
    {
        var ingest = Ingest(Plan(KeepVips));
        await SendAsync(ingest, TraceMaker.One(1, make: m => m.With(("customer", "vip"))));
        await SendAsync(ingest, TraceMaker.One(2));
        await PassAsync(ingest, 6);
        await SendAsync(ingest, TraceMaker.One(1, isRoot: false, span: 50));
        // Even an error does not bring a trace back that is gone.
        await SendAsync(ingest, TraceMaker.One(2, isRoot: false, span: 51, status: SpanStatus.Error));
        Assert.Equal("1 1", await KeptAsync());
        await PassAsync(ingest, 60);
        Assert.Equal("1 1", await KeptAsync());
        var counts = ingest.Sampler.Report().Policies;
        Assert.Equal(1, counts.Single(p => p.Name == "vips").LateKeptSpans);
        Assert.Equal(1, counts.Single(p => p.Name == "not_sampled").LateDroppedSpans);
    }

    [Theory]
    [InlineData("drop", true, 0, false, "drop")]
    [InlineData("drop,always", false, 0, false, "drop")]
    [InlineData("always,drop", false, 0, false, "drop")]
    [InlineData("never", true, 0, true, "keep_errors")]
    [InlineData("inverted-met", true, 0, true, "keep_errors")]
    [InlineData("never", false, 1000, true, "keep_slow")]
    [InlineData("never", false, 999, false, "not_sampled")]
    [InlineData("inverted-met,always", false, 0, false, "inverted-met")]
    [InlineData("never,always", false, 0, true, "always")]
    [InlineData("inverted-unmet", false, 0, true, "inverted-unmet")]
    [InlineData("inverted-unmet,never", false, 0, false, "not_sampled")]
    [InlineData("inverted-unmet,never,always", false, 0, true, "always")]
    public async Task VerdictsAreWeighedInTheOrderOfTheCollector(string policies, bool hasError, int durationMs, bool isKept, string decider)
    {
        SamplingPolicy Of(string name) => name switch
        {
            "drop" => new DropPolicy(name, [new AlwaysSamplePolicy("x")]),
            "always" => new AlwaysSamplePolicy(name),
            "never" => new SpanCountPolicy(name, 100, 0),
            "inverted-met" => new ConditionPolicy(name, "string_attribute", new StringCondition("service.name", ["api"]), isInverted: true),
            _ => new ConditionPolicy(name, "string_attribute", new StringCondition("service.name", ["other"]), isInverted: true),
        };
        var ingest = Ingest(Plan([.. policies.Split(',').Select(Of)]));
        await SendAsync(ingest, TraceMaker.One(1, status: hasError ? SpanStatus.Error : SpanStatus.Ok, durationMs: durationMs));
        await PassAsync(ingest, 5);
        Assert.Equal(isKept ? "1" : "", await KeptAsync());
        Assert.Equal((isKept ? "kept" : "dropped", decider), (ingest.Sampler.Find(TraceMaker.Id(1))!.State, ingest.Sampler.Find(TraceMaker.Id(1))!.Policy));
        var counted = ingest.Sampler.Report().Policies.Single(p => p.KeptTraces + p.DroppedTraces > 0);
        Assert.Equal((decider, isKept ? 1 : 0, isKept ? 1 : 0), (counted.Name, counted.KeptTraces, counted.KeptSpans));
    }

    [Fact]
    public async Task AServersFiveHundredIsAnErrorAndBothDefaultsCanBeOff()
    {
        var ingest = Ingest(Plan(KeepVips));
        await SendAsync(ingest, TraceMaker.One(1, make: m => m.With(("http.response.status_code", 503))));
        await PassAsync(ingest, 5);
        Assert.Equal("1", await KeptAsync());
        ingest.Sampler.Change(Plan(KeepVips) with { KeepErrors = false, KeepSlow = TimeSpan.Zero });
        await SendAsync(ingest, TraceMaker.One(2, status: SpanStatus.Error, durationMs: 100_000));
        await PassAsync(ingest, 5);
        Assert.Equal("1", await KeptAsync());
    }

    [Fact]
    public async Task OnFirstMatchNobodyBehindIsAsked()
    {
        var plan = new SamplingPlan { Tail = new TailPlan { SampleOnFirstMatch = true, Policies = [.. KeepVips, new RateLimitingPolicy("rate", 1, 1), new SpanCountPolicy("last", 1, 0)] } };
        var ingest = Ingest(plan);
        await SendAsync(ingest, TraceMaker.One(1, make: m => m.With(("customer", "vip"))));
        await SendAsync(ingest, TraceMaker.One(2));
        await SendAsync(ingest, TraceMaker.One(3));
        await PassAsync(ingest, 5);
        Assert.Equal(["vips", "rate", "last"], new ulong[] { 1, 2, 3 }.Select(t => ingest.Sampler.Find(TraceMaker.Id(t))!.Policy));
        Assert.Equal(1, ingest.Sampler.Report().Policies.Single(p => p.Name == "last").Sampled);
    }

    [Fact]
    public async Task MemoryIsBoundedAndTheOldestIsDecidedEarly()
    {
        var ingest = Ingest(Plan(KeepVips) with { MemoryBytes = 1 << 20 });
        var capacity = ingest.Sampler.Report().UndecidedCapacity;
        Assert.InRange(capacity, 1000, 10_000);
        for (ulong trace = 1; trace <= (ulong)capacity * 6; trace++)
        {
            ingest.Sampler.Traces.Observe(TraceMaker.One(trace, isRoot: trace % 2 == 0));
            Assert.InRange(ingest.Sampler.Report().MemoryBytes, 0, (1 << 20) * 1.1);
        }
        var report = ingest.Sampler.Report();
        Assert.Equal(capacity, report.UndecidedTraces);
        Assert.Equal(capacity * 5, report.Decisions[DecisionReason.MemoryFull]);
        Assert.Null(ingest.Sampler.Find(TraceMaker.Id(1)));
        Assert.Equal(DecisionReason.MemoryFull, ingest.Sampler.Find(TraceMaker.Id((ulong)capacity * 5))!.Reason);
        Assert.Equal("undecided", ingest.Sampler.Find(TraceMaker.Id((ulong)capacity * 6))!.State);
        await PassAsync(ingest, 31);
        Assert.Equal(0, ingest.Sampler.Report().UndecidedTraces);
    }

    [Fact]
    public async Task ATraceThatGrowsTooLargeIsDecidedByWhatIsKnown()
    {
        var ingest = Ingest(Plan(KeepVips) with { MaxTraceBytes = 2000 });
        await SendAsync(ingest, TraceMaker.One(1, isRoot: false, make: m => m.With(("customer", "vip"), ("x", new string('x', 3000)))));
        Assert.Equal(("kept", DecisionReason.TraceTooLarge), (ingest.Sampler.Find(TraceMaker.Id(1))!.State, ingest.Sampler.Find(TraceMaker.Id(1))!.Reason));
        var collector = Ingest(new SamplingPlan { Tail = new TailPlan { Policies = KeepVips, MaximumTraceBytes = 2000 } });
        await SendAsync(collector, TraceMaker.One(2, isRoot: false, make: m => m.With(("customer", "vip"), ("x", new string('x', 3000)))));
        await PassAsync(collector, 0);
        Assert.Equal("maximum_trace_size", collector.Sampler.Find(TraceMaker.Id(2))!.Policy);
        Assert.Equal("1", await KeptAsync());
    }

    [Fact]
    public async Task ADecisionBetweenTheWayInAndTheAppendIsMadeGood()
    {
        var ingest = Ingest(Plan(KeepVips));
        await SendAsync(ingest, TraceMaker.One(1));
        var late = TraceMaker.One(1, isRoot: false, span: 77);
        ingest.Sampler.Traces.Admit(late);
        Assert.False(late.Spans[0].IsDropped);
        await PassAsync(ingest, 5);
        await _store.AppendAsync(late, default);
        ingest.Sampler.Traces.Observe(late);
        Assert.Equal("1", await KeptAsync());
        await PassAsync(ingest, 1);
        Assert.Equal("", await KeptAsync());
    }

    [Fact]
    public async Task WhatTheStoreCouldNotBeToldIsToldAgain()
    {
        var ingest = Ingest(Plan(KeepVips));
        await SendAsync(ingest, TraceMaker.One(1));
        _time.Advance(TimeSpan.FromSeconds(6));
        ingest.Sampler.Traces.DecideDue();
        var drops = ingest.Sampler.Traces.TakeDrops();
        Assert.Single(drops);
        ingest.Sampler.Traces.NotDropped(drops);
        ingest.Sampler.Traces.Dropped(drops);
        Assert.Equal(1, ingest.Sampler.Report().PendingDrops);
        await ingest.Sampler.DecideAsync(default);
        Assert.Equal("", await KeptAsync());
        Assert.Equal(0, ingest.Sampler.Report().PendingDrops);
    }

    [Fact]
    public async Task ARestartTakesUpWhatWasUndecidedAndKnowsWhatWasDecided()
    {
        var before = Ingest(Plan(KeepVips));
        await SendAsync(before, TraceMaker.One(1));
        await SendAsync(before, TraceMaker.One(2, make: m => m.With(("customer", "vip"))));
        await PassAsync(before, 10);
        await SendAsync(before, TraceMaker.One(3, isRoot: false, startMs: 14_000));
        await SendAsync(before, TraceMaker.One(4, startMs: 14_500));
        await PassAsync(before, 4);
        Assert.Equal("2 3 4", await KeptAsync());

        _time.Advance(TimeSpan.FromHours(2));
        var after = Ingest(Plan([new SpanCountPolicy("never", 100, 0)]));
        await after.Sampler.RestoreAsync(default);
        Assert.Equal(new TraceSampling("dropped", "before_restart", DecisionReason.Restarted, null, null), after.Sampler.Find(TraceMaker.Id(1)));
        Assert.Equal(new TraceSampling("kept", "before_restart", DecisionReason.Restarted, null, null), after.Sampler.Find(TraceMaker.Id(2)));
        Assert.Equal(("undecided", "undecided"), (after.Sampler.Find(TraceMaker.Id(3))!.State, after.Sampler.Find(TraceMaker.Id(4))!.State));
        await SendAsync(after, TraceMaker.One(1, isRoot: false, span: 61));
        await SendAsync(after, TraceMaker.One(2, isRoot: false, span: 62));
        await PassAsync(after, 6);
        Assert.Equal("2 2 3", await KeptAsync());
        await PassAsync(after, 30);
        Assert.Equal("2 2", await KeptAsync());
    }

    [Fact]
    public async Task AnotherPlanDecidesByTheOldOneAndKeepsItsCounts()
    {
        var ingest = Ingest(Plan(KeepVips));
        await SendAsync(ingest, TraceMaker.One(1, make: m => m.With(("customer", "vip"))));
        await SendAsync(ingest, TraceMaker.One(2));
        ingest.Sampler.Change(Plan([new AlwaysSamplePolicy("all")]));
        await PassAsync(ingest, 1);
        Assert.Equal("1", await KeptAsync());
        Assert.Equal(DecisionReason.PlanChanged, ingest.Sampler.Find(TraceMaker.Id(2))!.Reason);
        await SendAsync(ingest, TraceMaker.One(3));
        await PassAsync(ingest, 6);
        Assert.Equal("1 3", await KeptAsync());
        var policies = ingest.Sampler.Report().Policies.ToDictionary(p => p.Name);
        Assert.Equal((1, false, 1, true), (policies["vips"].KeptTraces, policies["vips"].IsPresent, policies["all"].KeptTraces, policies["all"].IsPresent));
    }

    [Fact]
    public async Task RedIsCountedBeforeSampling()
    {
        var ingest = Ingest(Plan([new DropPolicy("drop", [new AlwaysSamplePolicy("x")])]) with { HeadRatio = 0 });
        for (ulong trace = 1; trace <= 20; trace++)
            await SendAsync(ingest, TraceMaker.One(trace, status: trace <= 5 ? SpanStatus.Error : SpanStatus.Unset));
        await PassAsync(ingest, 6);
        await SendAsync(ingest, TraceMaker.One(1, isRoot: false, span: 99));
        await ingest.FlushDerivedAsync(default);
        Assert.Equal("", await KeptAsync());
        using var calls = await _store.SelectAsync(new SeriesSelect(0, long.MaxValue, [new LabelMatcher(Telemetry.Labels.MatchType.Equal, "__name__", "traces_spanmetrics_calls_total")]), default);
        var total = 0.0;
        for (var i = 0; i < calls.Count; i++)
        {
            var samples = new SampleColumns();
            using var reader = calls.OpenReader();
            reader.Read(i, samples);
            total += samples.Values[^1];
        }
        Assert.Equal(21, total);
        var counts = ingest.Sampler.Report().Policies.ToDictionary(p => p.Name);
        Assert.Equal((15, 5, 1), (counts["head"].DroppedSpans, counts["drop"].DroppedTraces, counts["drop"].LateDroppedSpans));
    }

    [Fact]
    public async Task TheHeadDecidesByTraceIdAlikeEverywhere()
    {
        var ingest = Ingest(new SamplingPlan { HeadRatio = 0.25 });
        var again = Ingest(new SamplingPlan { HeadRatio = 0.25 });
        var more = Ingest(new SamplingPlan { HeadRatio = 0.5 });
        var random = new Random(5);
        var (kept, keptOfMore) = (0, 0);
        for (var i = 0; i < 4000; i++)
        {
            var trace = (ulong)random.NextInt64();
            bool IsIn(IngestService by, bool isRoot)
            {
                var batch = TraceMaker.One(trace, isRoot);
                by.Sampler.Traces.Admit(batch);
                return !batch.Spans[0].IsDropped;
            }
            var isIn = IsIn(ingest, true);
            Assert.Equal(isIn, IsIn(again, false));
            var isInMore = IsIn(more, true);
            Assert.True(isInMore || !isIn);
            kept += isIn ? 1 : 0;
            keptOfMore += isInMore ? 1 : 0;
        }
        Assert.InRange(kept, 900, 1100);
        Assert.InRange(keptOfMore, 1900, 2100);
        await Task.CompletedTask;
    }

    [Theory]
    [InlineData(0.25, 0xC0000000000000UL, true)]
    [InlineData(0.25, 0xBFFFFFFFFFFFFFUL, false)]
    [InlineData(0.5, 0x80000000000000UL, true)]
    [InlineData(0, 0xFFFFFFFFFFFFFFUL, false)]
    [InlineData(1, 0UL, true)]
    public void TheThresholdIsOpenTelemetrys(double ratio, ulong randomness, bool isIn) => Assert.Equal(isIn, new Ratio(ratio).Has(randomness));

    [Fact]
    public void RandomnessOfTheTraceStateWinsOverTheId()
    {
        var ratio = new Ratio(0.5);
        Assert.Equal("8", ratio.ToString());
        Assert.False(ratio.Has(new TraceId(1, 1), default));
        Assert.True(ratio.Has(new TraceId(1, 1), "vendor=1,ot=th:0;rv:9b8233f7e3a151"u8));
        Assert.False(ratio.Has(new TraceId(1, 1), "ot=rv:nonsense"u8));
        Assert.False(ratio.Has(new TraceId(1, 0xFFFFFFFFFFFFFFUL), "ot=rv:00000000000001"u8));
    }

    [Fact]
    public async Task TheHeadLetsErrorsAndSlowSpansInAndWhatComesBehindThem()
    {
        var ingest = Ingest(new SamplingPlan { HeadRatio = 0 });
        await SendAsync(ingest, TraceMaker.One(1, isRoot: false, span: 10));
        await SendAsync(ingest, TraceMaker.One(1, isRoot: false, span: 11, status: SpanStatus.Error));
        await SendAsync(ingest, TraceMaker.One(1, span: 12));
        await SendAsync(ingest, TraceMaker.One(2, durationMs: 1000));
        await SendAsync(ingest, TraceMaker.One(3));
        Assert.Equal("1 1 2", await KeptAsync());
        Assert.Equal(("kept", "keep_errors", DecisionReason.HeadRescue), (ingest.Sampler.Find(TraceMaker.Id(1))!.State, ingest.Sampler.Find(TraceMaker.Id(1))!.Policy, ingest.Sampler.Find(TraceMaker.Id(1))!.Reason));
        Assert.Equal(2, ingest.Sampler.Report().Policies.Single(p => p.Name == "head").DroppedSpans);
    }

    [Fact]
    public async Task WhatAnotherStageSampledOutIsNotCountedHere()
    {
        var ingest = Ingest(Plan(KeepVips) with { HeadRatio = 0.5 });
        var batch = TraceMaker.One(0x80_0000_0000_0001);
        batch.Spans.Mutable[0].IsDropped = batch.Spans.Mutable[0].IsSampledOut = true;
        await SendAsync(ingest, batch);
        await PassAsync(ingest, 40);
        var report = ingest.Sampler.Report();
        Assert.Equal((0L, 0L), (report.Policies.Sum(p => p.DroppedSpans + p.DroppedTraces), report.Decisions.Values.Sum()));
    }

    [Fact]
    public async Task StrangeTracesAreDecidedAsAnyOther()
    {
        var ingest = Ingest(Plan(KeepVips));
        var maker = new TraceMaker();
        // No id at all; its own parent; two parents of each other; two roots; the same span twice; times at the ends of time.
        maker.Add(1).Edit((SpanBatch _, ref Span s) => s.TraceId = default);
        maker.Add(2).Edit((SpanBatch _, ref Span s) => s.ParentSpanId = s.SpanId);
        maker.Add(3).Edit((SpanBatch _, ref Span s) => s.ParentSpanId = new SpanId(4));
        maker.Add(3).Edit((SpanBatch _, ref Span s) => s.ParentSpanId = new SpanId(3));
        maker.Add(4).Add(4).Add(4).Edit((SpanBatch _, ref Span s) => s.SpanId = new SpanId(5));
        maker.Add(5).Edit((SpanBatch _, ref Span s) => (s.StartUnixNano, s.EndUnixNano) = (long.MaxValue, long.MinValue));
        await SendAsync(ingest, maker.Batch);
        await SendAsync(ingest, new SpanBatch());
        await PassAsync(ingest, 6);
        Assert.Equal(2, ingest.Sampler.Report().UndecidedTraces);
        await PassAsync(ingest, 30);
        Assert.Equal(0, ingest.Sampler.Report().UndecidedTraces);
        Assert.Equal(4, ingest.Sampler.Report().Policies.Single(p => p.Name == "not_sampled").DroppedTraces);
    }

    [Fact]
    public async Task DecisionsMadeAtOnceByManyThreadsAreRightEach()
    {
        var ingest = Ingest(Plan(KeepVips));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(t => Task.Run(async () =>
        {
            for (ulong i = 0; i < 500; i++)
            {
                var trace = (ulong)t * 500 + i + 1;
                await SendAsync(ingest, TraceMaker.One(trace, isRoot: false, span: trace * 2));
                await SendAsync(ingest, TraceMaker.One(trace, span: trace * 2 + 1, make: m => m.With(("customer", trace % 10 == 0 ? "vip" : "guest"))));
                if (i % 100 == 0)
                    await ingest.Sampler.DecideAsync(default);
            }
        })));
        await PassAsync(ingest, 6);
        var report = ingest.Sampler.Report();
        Assert.Equal((200, 1800), (report.Policies.Single(p => p.Name == "vips").KeptTraces, report.Policies.Single(p => p.Name == "not_sampled").DroppedTraces));
        Assert.Equal(400, (await KeptAsync()).Split(' ').Length);
    }

    private static SamplingPlan Plan(SamplingPolicy[] policies) => new() { Tail = new TailPlan { Policies = policies } };

    private IngestService Ingest(SamplingPlan plan) => new(_store, new IngestOptions { Sampling = plan }, _time, NullLogger<IngestService>.Instance);

    private static async Task SendAsync(IngestService ingest, SpanBatch batch) => Assert.Equal(0, (await ingest.IngestAsync(batch, default)).Rejected);

    private async Task PassAsync(IngestService ingest, double seconds)
    {
        _time.Advance(TimeSpan.FromSeconds(seconds));
        await ingest.Sampler.DecideAsync(default);
    }

    /// <summary>The traces of the stored spans, in order.</summary>
    private async Task<string> KeptAsync()
    {
        var kept = new List<ulong>();
        await foreach (var batch in _store.SelectAsync(new SpanSelect(long.MinValue, long.MaxValue), [], default))
            kept.AddRange(batch.Spans.Span.ToArray().Select(s => s.TraceId.Low));
        return string.Join(' ', kept.Order());
    }
}
