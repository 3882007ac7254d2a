using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;
using Bongsu.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bongsu.Ingest.Tests.Pipeline;

/// <summary>What one sender gets stored is the same, whatever another sends beside it.</summary>
public sealed class HostileSenderTests
{
    private const long NowMs = (long)(Otlp.Now / 1_000_000);

    [Fact]
    public void Garbage_impossible_times_and_storms_harm_only_their_sender() => Properties.Hold<int>(seed =>
    {
        var alone = StoredAsync(seed, isBeset: false).GetAwaiter().GetResult();
        Assert.NotEmpty(alone);
        Assert.Equal(alone, StoredAsync(seed, isBeset: true).GetAwaiter().GetResult());
        return true;
    }, 25);

    private static async Task<List<string>> StoredAsync(int seed, bool isBeset)
    {
        var store = new MemoryStore();
        var time = new ManualTime();
        var limits = new IngestLimits { SeriesPerMetric = 20, SeriesPerService = 30, SeriesCacheBytes = 32 * IngestLimits.KiB };
        var ingest = new IngestService(store, new IngestOptions { Limits = limits }, time, NullLogger<IngestService>.Instance);
        var random = new Random(seed);
        for (var round = 0; round < 8; round++)
        {
            for (var hostile = 0; isBeset && hostile < 3; hostile++)
                await AttackAsync(ingest, random);
            var sent = await ingest.RemoteWriteAsync(V1("good", 5, i => (NowMs + round, i)), default);
            Assert.Equal((5, 0), (sent.Outcome!.Accepted, sent.Outcome.Rejected));
            sent = await ingest.RemoteWriteV2Async(V2("good", 5, i => (NowMs + round, i)), default);
            Assert.Equal((5, 0), (sent.Outcome!.Accepted, sent.Outcome.Rejected));
            sent = await ingest.OtlpMetricsAsync(Delta("good", round, 2), false, default);
            Assert.Equal(0, sent.Outcome!.Rejected);
            time.Advance(TimeSpan.FromMinutes(1));
        }
        return await ReadAsync(store);
    }

    private static async Task AttackAsync(IngestService ingest, Random random)
    {
        long[] times = [long.MinValue, -1, 0, NowMs, NowMs + 1_000_000_000_000, long.MaxValue];
        (long, double) Point(int i) => (times[random.Next(times.Length)], i % 2 == 0 ? double.NaN : i);
        var v1 = V1("evil", 100, Point);
        var v2 = V2("evil", 100, Point);
        var delta = Delta("evil", random.Next(100_000), random.NextDouble() * 100);
        await ingest.RemoteWriteAsync(Changed(v1, random), default);
        await ingest.RemoteWriteV2Async(Changed(v2, random), default);
        await ingest.OtlpMetricsAsync(Changed(delta, random), false, default);
        var noise = new byte[random.Next(200)];
        random.NextBytes(noise);
        await ingest.RemoteWriteAsync(noise, default);
        await ingest.RemoteWriteV2Async(noise, default);
        await ingest.OtlpMetricsAsync(noise, false, default);
    }

    private static byte[] Changed(byte[] request, Random random)
    {
        for (var changes = random.Next(4); changes > 0; changes--)
            request[random.Next(request.Length)] = (byte)random.Next(256);
        return request;
    }

    private static byte[] V1(string job, int count, Func<int, (long Ms, double Value)> point) => new Proto().Each(1, Enumerable.Range(0, count), i => new Proto()
        .Each(1, [("__name__", "m1"), ("i", $"{i}"), ("job", job)], ((string Name, string Value) l) => new Proto().Text(1, l.Name).Text(2, l.Value))
        .Message(2, new Proto().Double(1, point(i).Value).Varint(2, (ulong)point(i).Ms))).Bytes;

    private static byte[] V2(string job, int count, Func<int, (long Ms, double Value)> point)
    {
        var request = new WriteV2();
        for (var i = 0; i < count; i++)
            request.Series([("__name__", "m2"), ("i", $"{i}"), ("job", job)], WriteV2.Sample(point(i).Ms, point(i).Value));
        return request.Bytes;
    }

    private static byte[] Delta(string service, int window, double value) => Otlp.Request(Otlp.Service(service),
        Otlp.Sum("orders", "", true, 1, Otlp.Number(value, Otlp.Now + (ulong)window * Otlp.Second, Otlp.Now + (ulong)window * Otlp.Second - Otlp.Second)));

    private static async Task<List<string>> ReadAsync(MemoryStore store)
    {
        using var found = await store.SelectAsync(new SeriesSelect(0, long.MaxValue, [new LabelMatcher(Telemetry.Labels.MatchType.Equal, "job", "good")]), default);
        using var reader = found.OpenReader();
        var lines = new List<string>();
        for (var i = 0; i < found.Count; i++)
        {
            var samples = new SampleColumns();
            reader.Read(i, samples);
            lines.Add($"{found.Labels(i)} {string.Join(' ', samples.TimesMs.Span.ToArray())} {string.Join(' ', samples.Values.Span.ToArray())}");
        }
        lines.Sort(StringComparer.Ordinal);
        return lines;
    }
}
