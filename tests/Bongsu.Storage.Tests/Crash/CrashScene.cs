using System.Collections.Concurrent;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Testing;
using Bongsu.Testing.Conformance;

namespace Bongsu.Storage.Tests.Crash;

/// <summary>A data directory with a few acknowledged batches of each signal, as a killed process leaves it.</summary>
internal sealed class CrashScene : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public ManualTime Time { get; } = new();

    /// <summary>The content after each acknowledged batch, from none on.</summary>
    public List<List<string>> Acknowledged { get; } = [];

    public ConcurrentQueue<string> Problems { get; } = [];

    public List<string> All => Acknowledged[^1];

    public string Directory => _directory.Path;

    public async Task FillAsync(int batches, bool seal)
    {
        await using var store = Open(Directory);
        Acknowledged.Add(await StoreContent.ReadAsync(store));
        for (var i = 0; i < batches; i++)
        {
            var nanos = Time.NowMs * 1_000_000;
            await store.AppendAsync(TelemetryFixtures.Samples(LabelSet.Of(("__name__", "m"), ("i", $"{i % 3}")), (Time.NowMs + i, i), (Time.NowMs + i + 100, 0.1 * i)), default);
            Acknowledged.Add(await StoreContent.ReadAsync(store));
            await store.AppendAsync(TelemetryFixtures.Logs(LabelSet.Of(("app", $"a{i % 2}")), (nanos + i, $"line {i}"), (nanos + i + 1, $$"""{"n":{{i}},"text":"and another"}""")), default);
            Acknowledged.Add(await StoreContent.ReadAsync(store));
            await store.AppendAsync(TelemetryFixtures.RichSpan(new TraceId(1, (ulong)i + 1), new SpanId((ulong)i + 2), "api", "GET /", nanos + i), default);
            Acknowledged.Add(await StoreContent.ReadAsync(store));
        }
        if (seal)
            store.SealAll();
    }

    public string Copy(TemporaryDirectory into)
    {
        var target = Path.Combine(into.Path, Guid.NewGuid().ToString("n"));
        _directory.CopyTo(target);
        return target;
    }

    public DiskStore Open(string directory, Disk? disk = null)
    {
        Problems.Clear();
        return DiskStore.Open(new DiskStoreOptions { Directory = directory, Durability = Durability.Os }, Time, Problems.Enqueue, disk ?? new Disk(), default);
    }

    public void Dispose() => _directory.Dispose();
}
