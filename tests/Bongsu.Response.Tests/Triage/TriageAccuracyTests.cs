using Bongsu.Response.Triage;
using Xunit.Abstractions;

namespace Bongsu.Response.Tests.Triage;

/// <summary>Over many random systems: how often the right part is named, how often anything is, and how often an innocent.</summary>
public sealed class TriageAccuracyTests(ITestOutputHelper output)
{
    private const int Runs = 16;

    [Theory]
    [InlineData(nameof(Fault.SlowService), 0.9, 0.85)]
    [InlineData(nameof(Fault.FailingService), 0.9, 0.85)]
    [InlineData(nameof(Fault.SlowDatabase), 0.9, 0.8)]
    [InlineData(nameof(Fault.SlowNetwork), 0.9, 0.8)]
    [InlineData(nameof(Fault.TimeOuts), 0.9, 0.8)]
    [InlineData(nameof(Fault.BadVersionBesideOld), 0.9, 0.85)]
    [InlineData(nameof(Fault.BadVersionAtOnce), 0.9, 0.85)]
    public async Task Names_the_faulty_part(string faultName, double minRight, double minAnswered)
    {
        var fault = Enum.Parse<Fault>(faultName);
        int right = 0, answered = 0;
        for (var seed = 1; seed <= Runs; seed++)
        {
            var simulation = new Simulation(seed, fault);
            var run = new TriageRun(simulation);
            if (fault is Fault.BadVersionBesideOld or Fault.BadVersionAtOnce)
                run.Release(simulation.FaultAt, "2.0", simulation.OnsetMs);
            else
                run.Release((simulation.FaultAt + 1) % simulation.Count, "2.0", simulation.OnsetMs - 30_000); // an innocent release just before
            var report = await run.RunAsync(fault is Fault.SlowService or Fault.SlowDatabase or Fault.SlowNetwork ? TriageKind.Latency : TriageKind.Errors);
            if (report.Hypothesis is not { } hypothesis)
            {
                output.WriteLine($"seed {seed}: {report.Outcome} {report.ReasonCode}: {report.Reason}");
                continue;
            }
            answered++;
            var ok = IsRight(simulation, hypothesis);
            right += ok ? 1 : 0;
            if (!ok)
                output.WriteLine($"seed {seed}: named {hypothesis.Kind} {hypothesis.Object}, fault at {simulation.Culprit}: {report.Reason}");
        }
        output.WriteLine($"{fault}: answered {answered}/{Runs}, right {right}/{answered}");
        Assert.True(answered >= minAnswered * Runs, $"answered only {answered} of {Runs}");
        Assert.True(right >= minRight * answered, $"right only {right} of {answered}");
    }

    [Theory]
    [InlineData(nameof(TriageKind.Errors))]
    [InlineData(nameof(TriageKind.Latency))]
    public async Task Names_nobody_when_nothing_is_wrong(string kind)
    {
        var named = 0;
        for (var seed = 1; seed <= 2 * Runs; seed++)
        {
            var simulation = new Simulation(seed, Fault.None);
            var run = new TriageRun(simulation);
            run.Release(seed % simulation.Count, "2.0", simulation.OnsetMs);
            var report = await run.RunAsync(Enum.Parse<TriageKind>(kind));
            if (report.Hypothesis is { } hypothesis)
            {
                named++;
                output.WriteLine($"seed {seed}: {hypothesis.Object}: {report.Reason}");
            }
        }
        output.WriteLine($"{kind}: named {named} of {2 * Runs}");
        Assert.True(named <= 0.05 * 2 * Runs, $"named a culprit in {named} of {2 * Runs} healthy runs");
    }

    [Fact]
    public async Task Without_calls_between_services_it_does_not_guess()
    {
        for (var seed = 1; seed <= 10; seed++)
        {
            var report = await new TriageRun(new Simulation(seed, Fault.SlowService) { EmitCalls = false }).RunAsync(TriageKind.Latency);
            Assert.Null(report.Hypothesis);
            if (report.Outcome == TriageOutcome.DontKnow)
                Assert.Equal("missingSignal", report.ReasonCode);
        }
    }

    [Fact]
    public async Task A_silent_culprit_is_named_by_the_call_to_it()
    {
        int right = 0, answered = 0;
        for (var seed = 1; seed <= Runs; seed++)
        {
            var probe = new Simulation(seed, Fault.SlowService);
            if (probe.FaultAt == 0)
                continue;
            var simulation = new Simulation(seed, Fault.SlowService) { Silent = probe.FaultAt };
            var report = await new TriageRun(simulation).RunAsync(TriageKind.Latency);
            if (report.Hypothesis is not { } hypothesis)
                continue;
            answered++;
            if (hypothesis.Kind == SuspectKind.External && hypothesis.Object.EndsWith("-> " + simulation.Culprit, StringComparison.Ordinal))
                right++;
            else
                output.WriteLine($"seed {seed}: {hypothesis.Kind} {hypothesis.Object}, silent {simulation.Culprit}");
        }
        output.WriteLine($"answered {answered}, right {right}");
        Assert.True(answered > Runs / 2 && right >= 0.9 * answered, $"right {right} of {answered}");
    }

    private static bool IsRight(Simulation simulation, TriageHypothesis hypothesis) => simulation.Fault switch
    {
        Fault.SlowDatabase => hypothesis.Kind == SuspectKind.External && hypothesis.Object == $"{simulation.Culprit} -> db-{simulation.Culprit}",
        Fault.SlowNetwork => hypothesis.Kind == SuspectKind.Edge && hypothesis.Object == $"{simulation.Name(simulation.BrokenCall.From)} -> {simulation.Name(simulation.BrokenCall.To)}",
        Fault.BadVersionBesideOld or Fault.BadVersionAtOnce => hypothesis.Kind == SuspectKind.Release && hypothesis.Object == $"{simulation.Culprit} 2.0",
        _ => hypothesis.Kind == SuspectKind.Service && hypothesis.Service == simulation.Culprit,
    };
}
