using System.Text.Json;
using System.Text.Json.Nodes;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;
using Xunit.Abstractions;

namespace Bongsu.Server.Tests.Api.Loki;

/// <summary>Asks the queries of the LogQL conformance suite and compares with the answers that Loki gave.</summary>
public sealed class LogQlConformanceTests(ITestOutputHelper output)
{
    [ConformanceFact("logql")]
    public async Task Answers_as_Loki_does_but_for_known_failures()
    {
        var folder = ConformanceFolder.Find("logql")!;
        await using var host = await QueryHost.StartAsync();
        var baseNanos = host.Time.GetUtcNow().AddHours(-1).ToUnixTimeSeconds() * 1_000_000_000;
        await LoadAsync(host, Path.Combine(folder, "dataset.jsonl"), baseNanos);
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

    private static async Task LoadAsync(QueryHost host, string file, long baseNanos)
    {
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
        await host.Store.AppendAsync(batch, default);
    }
}
