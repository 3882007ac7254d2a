using Bongsu.Response.Incidents;
using Bongsu.Server.Configuration;
using Bongsu.Server.Hosting;
using Bongsu.Telemetry.Events;
using Bongsu.Testing.Conformance;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bongsu.Server.Tests.Hosting;

public sealed class ServerPartsTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("bongsu-parts-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Incidents_are_known_before_anybody_can_ask()
    {
        await using (var parts = await OpenAsync())
            await parts.Response.IncidentLog.OpenAsync(new IncidentEvent("opened", "", 100, "ann") { Title = "Search is slow", Severity = 3 }, default);

        await using var again = await OpenAsync();
        Assert.Equal("Search is slow", again.Response.IncidentLog.Find("INC-1")?.Title);
    }

    [Fact]
    public async Task Sampling_is_read_again_when_its_file_changes_and_a_bad_file_changes_nothing()
    {
        var file = Path.Combine(Directory.CreateDirectory(Path.Combine(_directory, "config")).FullName, SamplingFile.Name);
        await File.WriteAllTextAsync(file, "tail_sampling: {num_traces: 5, policies: [{name: first, type: always_sample}]}");
        await using var parts = await OpenAsync();
        Assert.Contains(parts.Notes, n => n.Contains("num_traces", StringComparison.Ordinal));
        string Policies() => string.Join(' ', parts.Ingest.Sampler.Plan.Tail?.Policies.Select(p => p.Name) ?? []);
        var before = parts.Ingest.Sampler.Plan;
        Assert.Empty(await parts.ReloadAsync());
        Assert.Same(before, parts.Ingest.Sampler.Plan);
        await File.WriteAllTextAsync(file, "tail_sampling: {policies: [{name: second, type: nonsense}]}");
        Assert.Equal("tail_sampling.policies[0].type", Assert.Single(await parts.ReloadAsync()).Key);
        Assert.Equal("first", Policies());
        await File.WriteAllTextAsync(file, "tail_sampling: {policies: [{name: second, type: trace_flags}]}");
        Assert.Empty(await parts.ReloadAsync());
        Assert.Equal("second", Policies());
        File.Delete(file);
        Assert.Empty(await parts.ReloadAsync());
        Assert.Null(parts.Ingest.Sampler.Plan.Tail);
    }

    [Fact]
    public async Task A_trace_that_was_undecided_is_decided_after_a_restart()
    {
        var file = Path.Combine(Directory.CreateDirectory(Path.Combine(_directory, "config")).FullName, SamplingFile.Name);
        await File.WriteAllTextAsync(file, "keep_errors: false\nkeep_slow: 0\ntail_sampling: {decision_wait: 1ms, policies: [{name: two, type: span_count, span_count: {min_spans: 2}}]}");
        await using (var parts = await OpenAsync())
        {
            await SendAsync(parts, 1, 1);
            await SendAsync(parts, 2, 2);
            await SendAsync(parts, 2, 3);
        }
        await using var again = await OpenAsync();
        Assert.Equal(2, again.Ingest.Sampler.Report().UndecidedTraces);
        while (again.Ingest.Sampler.Report().UndecidedTraces > 0)
            await again.Ingest.Sampler.DecideAsync(default);
        Assert.Equal(("dropped", "kept"), (again.Ingest.Sampler.Find(new TraceId(1, 1))!.State, again.Ingest.Sampler.Find(new TraceId(2, 1))!.State));
        Assert.Equal(2, (await again.Store.TracesAsync([new TraceId(1, 1), new TraceId(2, 1)], [], default)).Count);
    }

    private static async Task SendAsync(ServerParts parts, ulong trace, ulong span)
    {
        var nanos = parts.Time.GetUtcNow().ToUnixTimeMilliseconds() * 1_000_000 - 10_000_000;
        Assert.Equal(1, (await parts.Ingest.IngestAsync(TelemetryFixtures.RichSpan(new TraceId(trace, 1), new SpanId(span), "api", "GET /", nanos), default)).Accepted);
    }

    private Task<ServerParts> OpenAsync()
    {
        var options = new ServerOptionsReader(s => s == Setting.Data ? _directory : s == Setting.Config ? Path.Combine(_directory, "config") : null, _ => null).Read();
        return ServerParts.OpenAsync(options, DefinitionCheck.Read(options.ConfigDirectory, experimentalPromQl: false), NullLoggerFactory.Instance, TimeProvider.System, default);
    }
}
