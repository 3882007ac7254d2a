using System.Text.Json.Nodes;
using Bongsu.Telemetry.Spans;
using Xunit.Abstractions;

namespace Bongsu.Server.Tests.Api.Tempo;

/// <summary>Asks the questions of the TraceQL conformance suite and compares with the answers that Tempo gave.</summary>
public sealed class TraceQlConformanceTests(ITestOutputHelper output)
{
    [ConformanceFact("traceql")]
    public async Task Answers_as_Tempo_does_but_for_known_failures()
    {
        var folder = ConformanceFolder.Find("traceql")!;
        await using var host = await QueryHost.StartAsync();
        var data = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "dataset.json")))!;
        var baseSeconds = host.Time.GetUtcNow().ToUnixTimeSeconds();
        var batch = new SpanBatch();
        foreach (var request in data["requests"]!.AsArray())
            OtlpDataset.Read(request!, baseSeconds * 1_000_000_000, batch);
        await host.Store.AppendAsync(batch, default);
        var suite = new TraceQlSuite(host.Client, data["traces"]!.AsArray(), baseSeconds);
        var failed = new Dictionary<string, string>();
        var total = 0;
        foreach (var file in Directory.GetFiles(folder, "*.json").Where(f => Path.GetFileName(f) != "dataset.json").Order(StringComparer.Ordinal))
        {
            foreach (var item in JsonNode.Parse(await File.ReadAllTextAsync(file))!["cases"]!.AsArray())
            {
                total++;
                if (await suite.RunAsync(item!.AsObject()) is { } difference)
                    failed[(string)item["id"]!] = difference;
            }
        }
        output.WriteLine($"TraceQL: {total - failed.Count} of {total} cases passed");
        var known = ConformanceFolder.KnownFailures(Path.Combine(AppContext.BaseDirectory, "Api", "Tempo", "known-failures.txt"));
        Assert.True(known.SetEquals(failed.Keys), $"{total - failed.Count} of {total} passed.\nunlisted failures:\n{string.Join("\n", failed.Where(f => !known.Contains(f.Key)).Select(f => $"{f.Key}: {f.Value}"))}\n"
            + $"listed, but passing: {string.Join(", ", known.Except(failed.Keys))}");
    }
}
