using System.Text.Json;
using System.Text.Json.Nodes;
using Bongsu.Storage;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;
using Bongsu.Testing;
using Xunit.Abstractions;

namespace Bongsu.Server.Tests.Api.Loki;

/// <summary>Asks the queries of the LogQL conformance suite and compares with the answers that Loki gave.</summary>
public sealed class LogQlConformanceTests(ITestOutputHelper output)
{
    [ConformanceFact("logql")]
    public async Task Answers_as_Loki_does_but_for_known_failures()
    {
        await using var host = await QueryHost.StartAsync();
        await LoadAsync(host.Store, BaseNanos(host));
        await JudgeAsync(host);
    }

    [ConformanceFact("logql")]
    public async Task Answers_the_same_from_sealed_segments()
    {
        var directory = Directory.CreateTempSubdirectory("bongsu-logql-").FullName;
        await using (var store = await DiskStore.OpenAsync(new DiskStoreOptions { Directory = directory }, new ManualTime(), null, default))
        {
            await using var host = await QueryHost.StartAsync(over: store);
            await LoadAsync(store, BaseNanos(host));
            store.SealAll();
            await JudgeAsync(host);
        }
        Directory.Delete(directory, recursive: true);
    }

    private static long BaseNanos(QueryHost host) => host.Time.GetUtcNow().AddHours(-1).ToUnixTimeSeconds() * 1_000_000_000;

    private async Task JudgeAsync(QueryHost host)
    {
        var folder = ConformanceFolder.Find("logql")!;
        var baseNanos = BaseNanos(host);
        var failed = new Dictionary<string, string>();
        var total = 0;
        foreach (var file in Directory.GetFiles(folder, "*.logql.json").Order(StringComparer.Ordinal))
        {
            foreach (var entry in JsonNode.Parse(await File.ReadAllTextAsync(file))!.AsArray())
            {
                var item = entry!.AsObject();
                total++;
                if (await LogQlCase.RunAsync(host.Client, item, baseNanos) is { } difference)
                    failed[(string)item["id"]!] = difference;
            }
        }
        foreach (var (id, difference) in failed)
            output.WriteLine($"{id}: {difference}");
        output.WriteLine($"LogQL: {total - failed.Count} of {total} cases passed");
        var known = ConformanceFolder.KnownFailures(Path.Combine(AppContext.BaseDirectory, "Api", "Loki", "known-failures.txt"));
        Assert.True(known.SetEquals(failed.Keys), $"{total - failed.Count} of {total} passed.\nunlisted failures:\n{string.Join("\n", failed.Where(f => !known.Contains(f.Key)).Select(f => $"{f.Key}: {f.Value}"))}\n"
            + $"listed, but passing: {string.Join(", ", known.Except(failed.Keys))}");
    }

    private static async Task LoadAsync(ILogStore store, long baseNanos)
    {
        var file = Path.Combine(ConformanceFolder.Find("logql")!, "dataset.jsonl");
        var streams = new Dictionary<int, int>();
        var batch = new LogBatch();
        await foreach (var line in File.ReadLinesAsync(file))
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            if (root.TryGetProperty("stream", out var id))
            {
                var labels = new LabelSetBuilder();
                foreach (var label in root.GetProperty("labels").EnumerateObject())
                    labels.Set(label.Name, label.Value.GetString()!);
                streams[id.GetInt32()] = batch.Streams.Count;
                batch.Streams.Add(batch.Arena.Append(labels.ToLabelSet().Bytes));
                continue;
            }
            var start = batch.Attributes.Count;
            if (root.TryGetProperty("m", out var metadata) && metadata.ValueKind == JsonValueKind.Object)
            {
                foreach (var field in metadata.EnumerateObject())
                    batch.Attributes.Add(field.Name, field.Value.GetString()!);
            }
            batch.Records.Add(new LogRecord
            {
                Stream = streams[root.GetProperty("s").GetInt32()],
                Resource = -1,
                Scope = -1,
                TimeUnixNano = baseNanos + root.GetProperty("t").GetInt64(),
                Body = AttributeValue.OfString(batch.Arena.Append(root.GetProperty("l").GetString()!)),
                Attributes = batch.Attributes.Since(start),
            });
        }
        await store.AppendAsync(batch, default);
    }
}
