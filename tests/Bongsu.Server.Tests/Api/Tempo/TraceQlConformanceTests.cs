using System.Text.Json.Nodes;
using Bongsu.Storage;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Spans;
using Bongsu.Testing;
using Xunit.Abstractions;

namespace Bongsu.Server.Tests.Api.Tempo;

/// <summary>Asks the questions of the TraceQL conformance suite and compares with the answers that Tempo gave.</summary>
public sealed class TraceQlConformanceTests(ITestOutputHelper output)
{
    [ConformanceFact("traceql")]
    public async Task Answers_as_Tempo_does_but_for_known_failures()
    {
        await using var host = await QueryHost.StartAsync();
        await AskAsync(host, spans => host.Store.AppendAsync(spans, default));
    }

    // The same from columns on the disk, of which a query reads what it needs.
    [ConformanceFact("traceql")]
    public async Task Answers_the_same_of_sealed_segments()
    {
        var directory = Directory.CreateTempSubdirectory("bongsu-traceql-").FullName;
        try
        {
            await using var disk = await DiskStore.OpenAsync(new DiskStoreOptions { Directory = directory }, new ManualTime(), null, default);
            await using var host = await QueryHost.StartAsync(over: disk);
            await AskAsync(host, async spans =>
            {
                var appended = await disk.AppendAsync(spans, default);
                disk.SealAll();
                return appended;
            });
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private async Task AskAsync(QueryHost host, Func<SpanBatch, ValueTask<AppendResult>> append)
    {
        var folder = ConformanceFolder.Find("traceql")!;
        var data = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "dataset.json")))!;
        var baseSeconds = host.Time.GetUtcNow().ToUnixTimeSeconds();
        var batch = new SpanBatch();
        foreach (var request in data["requests"]!.AsArray())
            OtlpDataset.Read(request!, baseSeconds * 1_000_000_000, batch);
        Assert.Equal(batch.Count, (await append(batch)).Accepted);
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
