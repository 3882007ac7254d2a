using Bongsu.Ingest.Pipeline.Sampling;
using Bongsu.Ingest.Pipeline.Sampling.Policies;
using Bongsu.Telemetry.Spans;
using Bongsu.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bongsu.Ingest.Tests.Pipeline.Sampling;

/// <summary>Which policy is asked when, and whose word counts: as collectors of one age or another have it.</summary>
public sealed class DecisionOrderTests
{
    private readonly ManualTime _time = new();

    /// <summary>As a collector has it: where a drop policy stands among the others makes no difference, and what it drops takes nothing from their limits.</summary>
    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task WhatDropsIsAskedBeforeAllOthers(bool onFirstMatch, bool isLast)
    {
        SamplingPolicy drop = new DropPolicy("drop", [new ConditionPolicy("probes", "t", new StringCondition("http.route", ["/livez"]))]);
        SamplingPolicy rate = new RateLimitingPolicy("rate", 1, 1);
        var ingest = Ingest(new SamplingPlan { Tail = new TailPlan { SampleOnFirstMatch = onFirstMatch, Policies = isLast ? [rate, drop] : [drop, rate] } });
        await SendAsync(ingest, TraceMaker.One(1, make: m => m.With(("http.route", "/livez"))));
        await SendAsync(ingest, TraceMaker.One(2));
        await PassAsync(ingest, 5);
        Assert.Equal("2", Kept(ingest));
        Assert.Equal("drop", ingest.Sampler.Find(TraceMaker.Id(1))!.Policy);
        Assert.Equal("rate", ingest.Sampler.Find(TraceMaker.Id(2))!.Policy);
    }

    /// <summary>Without decisions of their own, inverted policies are as any other: the collector's way from 0.144 on.</summary>
    [Theory]
    [InlineData(true, true, false)]
    [InlineData(true, false, false)]
    [InlineData(false, true, true)]
    [InlineData(false, false, true)]
    public async Task InvertedPoliciesDecideForThemselvesUnlessTheyAreAsAnyOther(bool areDecisions, bool isFound, bool isKept)
    {
        SamplingPolicy inverted = new ConditionPolicy("inverted", "t", new StringCondition("service.name", [isFound ? "api" : "other"]), isInverted: true);
        // Found: another samples. Not found: another does not.
        SamplingPolicy other = isFound ? new AlwaysSamplePolicy("other") : new SpanCountPolicy("other", 100, 0);
        var ingest = Ingest(new SamplingPlan { Tail = new TailPlan { InvertedDecisions = areDecisions, Policies = [inverted, other] } });
        await SendAsync(ingest, TraceMaker.One(1));
        await PassAsync(ingest, 5);
        Assert.Equal(isKept ? "1" : "", Kept(ingest));
    }

    private IngestService Ingest(SamplingPlan plan) => new(new MemoryStore(), new IngestOptions { Sampling = plan }, _time, NullLogger<IngestService>.Instance);

    private static async Task SendAsync(IngestService ingest, SpanBatch batch) => Assert.Equal(0, (await ingest.IngestAsync(batch, default)).Rejected);

    private async Task PassAsync(IngestService ingest, double seconds)
    {
        _time.Advance(TimeSpan.FromSeconds(seconds));
        await ingest.Sampler.DecideAsync(default);
    }

    private static string Kept(IngestService ingest) => string.Join(' ', new ulong[] { 1, 2 }.Where(trace => ingest.Sampler.Find(TraceMaker.Id(trace))?.State == "kept"));
}
