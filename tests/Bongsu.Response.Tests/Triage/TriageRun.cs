using Bongsu.Query.PromQL;
using Bongsu.Response.Releases;
using Bongsu.Response.Triage;
using Bongsu.Telemetry;
using Bongsu.Testing;

namespace Bongsu.Response.Tests.Triage;

/// <summary>Runs triage over a simulated time, as at an alert some seconds after the onset.</summary>
internal sealed class TriageRun(Simulation simulation)
{
    public MemoryStore Store { get; } = simulation.Run();
    public ManualTime Time { get; } = new(DateTimeOffset.FromUnixTimeMilliseconds(simulation.NowMs));
    public List<ReleaseMark> Releases { get; } = [];
    public TriageWindows Windows { get; init; } = TriageWindows.Demo;

    public PromQlEngine Engine => new(Store, new PromQlOptions(), Time);

    public async Task<TriageReport> RunAsync(TriageKind kind, string? service = null)
    {
        var log = new ReleaseLog(new MemoryJournal(), Time);
        foreach (var mark in Releases)
        {
            await log.MarkAsync(mark with { Version = "1.0", AtMs = Simulation.StartMs - 3_600_000 }, default);
            await log.MarkAsync(mark, default);
        }
        var engine = new TriageEngine((ITelemetryStore)Store, Engine, log, Time);
        // The alert comes 40 s after the onset: the hint is late, as in life.
        var request = new TriageRequest(service ?? simulation.Entry, kind, Math.Min(simulation.OnsetMs + 40_000, simulation.NowMs), simulation.NowMs, Windows);
        return await engine.RunAsync(request, default);
    }

    public void Release(int service, string version, long atMs) => Releases.Add(new ReleaseMark(simulation.Name(service), version, AtMs: atMs));
}
