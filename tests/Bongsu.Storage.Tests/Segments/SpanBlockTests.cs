using System.Globalization;
using Bongsu.Storage.Codecs;
using Bongsu.Storage.Segments;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;
using FsCheck;
using FsCheck.Fluent;

namespace Bongsu.Storage.Tests.Segments;

/// <summary>A selection from a sealed block of spans finds every span that it should, and leaves out those of another text.</summary>
public sealed class SpanBlockTests
{
    [Fact]
    public void Selections_find_what_each_span_says() => Prop.ForAll<int>(seed =>
    {
        var random = new Random(seed);
        var batch = Batch(random);
        var select = Select(random);
        var signal = new SpanSignal();
        var block = new ByteWriter();
        signal.Encode(batch, block, compress: true);
        var expected = Enumerable.Range(0, batch.Count).Where(row => Fits(batch, row, select)).Select(row => batch.Spans[row].SpanId).ToHashSet();
        var found = signal.Decode(block.Written, new SpanFilter(select));
        Assert.NotNull(found);
        Assert.Equal(expected, [.. found.Spans.Span.ToArray().Select(s => s.SpanId)]);
        for (var row = 0; row < found.Count; row++)
        {
            var original = Enumerable.Range(0, batch.Count).First(i => batch.Spans[i].SpanId == found.Spans[row].SpanId);
            Assert.Equal(Bongsu.Testing.Conformance.TelemetryFixtures.Describe(batch, original), Bongsu.Testing.Conformance.TelemetryFixtures.Describe(found, row));
        }
        Assert.True(expected.Count == 0 || MayContain(signal, select), "the filter excludes a value that is there");
        return true;
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    private static bool Fits(SpanBatch batch, int row, SpanSelect select)
    {
        var span = batch.Spans[row];
        return span.StartUnixNano >= select.FromNanos && span.StartUnixNano < select.ToNanos && span.DurationNanos >= select.MinDurationNanos
            && (select.Status is not { } status || span.Status == status)
            && (select.Attributes ?? []).All(a => HasText(batch, span.Attributes, a) || HasText(batch, batch.Resources[span.Resource].Attributes, a));
    }

    private static bool HasText(SpanBatch batch, AttributeRange range, KeyValuePair<string, string> attribute) => Enumerable.Range(range.Start, range.Count)
        .Any(row => batch.Arena.GetString(batch.Attributes.Keys[row]) == attribute.Key && batch.Attributes.Text(row) == attribute.Value);

    private static bool MayContain(SpanSignal signal, SpanSelect select)
    {
        var filter = new ByteWriter();
        Assert.True(signal.Words.Put(filter));
        foreach (var value in new SpanFilter(select).Values)
        {
            var words = new WordReader(value.Span, isWhole: true);
            while (words.Read())
            {
                var isKnown = WordFilter.TryHash(words, signal.Words.LongestWord, signal.Words.LongestNumber, out var hash, out var isAbsent);
                var bucket = WordFilter.Bucket(hash, filter.Length / WordFilter.BucketSize) * WordFilter.BucketSize;
                if (isAbsent || (isKnown && WordFilter.MayContain(filter.Written.Slice(bucket, WordFilter.BucketSize), hash) == false))
                    return false;
            }
        }
        return true;
    }

    private static SpanSelect Select(Random random) => new(random.Next(50), random.Next(50, 120), MinDurationNanos: random.Next(2) * 20, Status: random.Next(3) == 0 ? SpanStatus.Error : null)
    {
        Attributes = random.Next(3) switch
        {
            0 => null,
            1 => [new("user", "u" + random.Next(12))],
            _ => [new("zone", random.Next(2) == 0 ? "a-1" : "b")],
        },
    };

    private static SpanBatch Batch(Random random)
    {
        var batch = new SpanBatch();
        for (var zone = 0; zone < 2; zone++)
        {
            var start = batch.Attributes.Count;
            batch.Attributes.Add("zone", zone == 0 ? "a-1" : "b");
            batch.Resources.Add(new Resource(batch.Attributes.Since(start), default));
        }
        for (var i = 0; i < 100; i++)
        {
            var span = new Span { TraceId = new TraceId(1, (ulong)i / 7 + 1), SpanId = new SpanId((ulong)i + 1), Scope = -1, Resource = i % 2, StartUnixNano = i, EndUnixNano = i + random.Next(40), Status = (SpanStatus)random.Next(3) };
            var start = batch.Attributes.Count;
            if (random.Next(3) > 0)
                batch.Attributes.Add("user", "u" + random.Next(10).ToString(CultureInfo.InvariantCulture));
            batch.Attributes.Add(batch.Arena.Append("n"), AttributeValue.OfInt(random.Next()));
            batch.Attributes.Add(batch.Arena.Append("d"), AttributeValue.OfDouble(random.NextDouble()));
            span.Attributes = batch.Attributes.Since(start);
            (span.EventStart, span.LinkStart) = (batch.Events.Count, batch.Links.Count);
            for (span.EventCount = 0; span.EventCount < random.Next(3); span.EventCount++)
                batch.Events.Add(new SpanEvent(i, batch.Arena.Append("event"), default, 0));
            for (span.LinkCount = 0; span.LinkCount < random.Next(2); span.LinkCount++)
                batch.Links.Add(new SpanLink(new TraceId(9, 9), new SpanId(9), default, default, 0, 0));
            batch.Spans.Add(span);
        }
        return batch;
    }
}
