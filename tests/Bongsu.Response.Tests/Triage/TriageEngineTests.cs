using System.Text.Json;
using Bongsu.Query.PromQL;
using Bongsu.Response.Triage;

namespace Bongsu.Response.Tests.Triage;

public sealed class TriageEngineTests
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    [Theory]
    [InlineData(nameof(Fault.SlowService), nameof(TriageKind.Latency))]
    [InlineData(nameof(Fault.SlowDatabase), nameof(TriageKind.Latency))]
    [InlineData(nameof(Fault.FailingService), nameof(TriageKind.Errors))]
    [InlineData(nameof(Fault.BadVersionBesideOld), nameof(TriageKind.Errors))]
    [InlineData(nameof(Fault.BadVersionAtOnce), nameof(TriageKind.Errors))]
    public async Task Every_number_is_what_its_query_gives(string fault, string kind)
    {
        for (var seed = 1; seed <= 5; seed++)
        {
            var simulation = new Simulation(seed, Enum.Parse<Fault>(fault));
            var run = new TriageRun(simulation);
            run.Release(simulation.FaultAt, "2.0", simulation.OnsetMs);
            var report = await run.RunAsync(Enum.Parse<TriageKind>(kind));
            Assert.NotEmpty(report.Evidence);
            foreach (var evidence in report.Evidence)
            {
                Assert.Equal("promql", evidence.Language);
                Assert.Equal(evidence.Before, await ValueAsync(run.Engine, evidence.Query, evidence.FromMs));
                Assert.Equal(evidence.After, await ValueAsync(run.Engine, evidence.Query, evidence.ToMs));
                Assert.NotNull(evidence.After);
            }
            var sli = report.Evidence[0];
            Assert.True(sli.After > sli.Before, $"seed {seed}: {sli.Claim}");
        }
    }

    [Theory]
    [InlineData(nameof(Fault.SlowService), nameof(TriageKind.Latency))]
    [InlineData(nameof(Fault.BadVersionBesideOld), nameof(TriageKind.Errors))]
    public async Task The_same_telemetry_gives_the_same_answer(string fault, string kind)
    {
        var simulation = new Simulation(3, Enum.Parse<Fault>(fault));
        var again = new Simulation(3, Enum.Parse<Fault>(fault));
        var one = await new TriageRun(simulation).RunAsync(Enum.Parse<TriageKind>(kind));
        var other = await new TriageRun(again).RunAsync(Enum.Parse<TriageKind>(kind));
        Assert.Equal(JsonSerializer.Serialize(one, Json), JsonSerializer.Serialize(other, Json));
    }

    [Fact]
    public async Task The_path_leads_from_the_indicator_to_the_cause()
    {
        for (var seed = 1; seed <= 15; seed++)
        {
            var simulation = new Simulation(seed, Fault.SlowService);
            var report = await new TriageRun(simulation).RunAsync(TriageKind.Latency);
            if (report.Hypothesis is null || simulation.FaultAt == 0)
                continue;
            Assert.Equal(simulation.Entry, report.Path[0].From);
            Assert.Equal(simulation.Culprit, report.Path[^1].To);
            for (var i = 1; i < report.Path.Count; i++)
                Assert.Equal(report.Path[i - 1].To, report.Path[i].From);
            Assert.Contains(report.Impact, i => i.Service == simulation.Entry);
            Assert.DoesNotContain(report.Impact, i => i.Service == simulation.Culprit);
        }
    }

    [Theory]
    [InlineData(nameof(Fault.SlowService), nameof(TriageKind.Latency))]
    [InlineData(nameof(Fault.FailingService), nameof(TriageKind.Errors))]
    public async Task The_onset_is_found_although_the_alert_is_late(string fault, string kind)
    {
        for (var seed = 1; seed <= 15; seed++)
        {
            var simulation = new Simulation(seed, Enum.Parse<Fault>(fault));
            var report = await new TriageRun(simulation).RunAsync(Enum.Parse<TriageKind>(kind));
            if (report.Hypothesis is not null)
                Assert.InRange(report.OnsetMs!.Value, simulation.OnsetMs - (4 * simulation.IntervalMs), simulation.OnsetMs + (4 * simulation.IntervalMs));
        }
    }

    [Theory]
    [InlineData(nameof(Fault.SlowService), nameof(TriageKind.Latency))]
    [InlineData(nameof(Fault.FailingService), nameof(TriageKind.Errors))]
    public async Task The_last_of_two_incidents_is_explained(string fault, string kind)
    {
        var found = 0;
        for (var seed = 1; seed <= 12; seed++)
        {
            var simulation = new Simulation(seed, Enum.Parse<Fault>(fault), baselineTicks: 40, faultTicks: 60) { HealedTicks = 58..84 };
            var report = await new TriageRun(simulation).RunAsync(Enum.Parse<TriageKind>(kind));
            if (report.Hypothesis?.Service == simulation.Culprit && Math.Abs(report.OnsetMs!.Value - (Simulation.StartMs + (84 * simulation.IntervalMs))) <= 20_000)
                found++;
        }
        Assert.True(found >= 10, $"found the second incident in {found} of 12");
    }

    [Fact]
    public async Task An_incident_that_is_over_can_still_be_explained()
    {
        var found = 0;
        for (var seed = 1; seed <= 12; seed++)
        {
            var simulation = new Simulation(seed, Fault.SlowService, baselineTicks: 40, faultTicks: 50) { HealedTicks = 75..90 };
            var report = await new TriageRun(simulation).RunAsync(TriageKind.Latency);
            found += report.Hypothesis?.Service == simulation.Culprit ? 1 : 0;
        }
        Assert.True(found >= 10, $"explained {found} of 12");
    }

    [Theory]
    [InlineData(15_000, 120, 20)]
    [InlineData(60_000, 60, 8)]
    public async Task Production_intervals_work_as_well(int intervalMs, int baselineTicks, int faultTicks)
    {
        var right = 0;
        for (var seed = 1; seed <= 12; seed++)
        {
            var simulation = new Simulation(seed, Fault.SlowService, intervalMs, baselineTicks, faultTicks);
            var report = await new TriageRun(simulation) { Windows = TriageWindows.Production }.RunAsync(TriageKind.Latency);
            right += report.Hypothesis?.Service == simulation.Culprit ? 1 : 0;
        }
        Assert.True(right >= 11, $"right {right} of 12");
    }

    [Fact]
    public async Task An_innocent_release_is_ruled_out_by_name()
    {
        var simulation = new Simulation(5, Fault.SlowService);
        var run = new TriageRun(simulation);
        var other = (simulation.FaultAt + 1) % simulation.Count;
        run.Release(other, "2.0", simulation.OnsetMs - 20_000);
        var report = await run.RunAsync(TriageKind.Latency);
        Assert.Contains(report.RuledOut, r => r.Kind == SuspectKind.Release && r.Texts["service"] == simulation.Name(other));
    }

    [Fact]
    public async Task An_unknown_service_is_a_missing_signal()
    {
        var report = await new TriageRun(new Simulation(1, Fault.SlowService)).RunAsync(TriageKind.Errors, "nobody");
        Assert.Equal(TriageOutcome.DontKnow, report.Outcome);
        Assert.Equal("missingSignal", report.ReasonCode);
    }

    [Fact]
    public async Task The_answer_has_the_shape_that_clients_read()
    {
        var simulation = new Simulation(2, Fault.SlowService);
        var json = JsonSerializer.SerializeToElement(await new TriageRun(simulation).RunAsync(TriageKind.Latency), Json);
        Assert.Equal("latency", json.GetProperty("sliKind").GetString());
        Assert.Equal("hypothesis", json.GetProperty("outcome").GetString());
        Assert.Equal("service", json.GetProperty("hypothesis").GetProperty("kind").GetString());
        Assert.Equal(JsonValueKind.Number, json.GetProperty("evidence")[0].GetProperty("fromMs").ValueKind);
    }

    private static async Task<double?> ValueAsync(PromQlEngine engine, string query, long atMs)
    {
        var answer = await engine.InstantAsync(query, atMs, default);
        Assert.Null(answer.Failure);
        return answer.Value switch
        {
            PromVector { Samples: [] } => null,
            PromVector { Samples: [var one] } when double.IsNaN(one.Point.Value) => null,
            PromVector { Samples: [var one] } => one.Point.Value,
            PromScalar scalar => scalar.Point.Value,
            _ => throw new InvalidOperationException($"{query} gives more than one value"),
        };
    }
}
