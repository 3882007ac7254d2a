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

    /// <summary>Whatever is left out: what was asked for is there, and the same as in the whole span.</summary>
    [Fact]
    public void What_is_asked_for_is_there_whatever_else_is_left_out() => Prop.ForAll<int>(seed =>
    {
        var random = new Random(seed);
        var batch = Batch(random);
        var signal = new SpanSignal();
        var block = new ByteWriter();
        signal.Encode(batch, block, compress: random.Next(2) == 0);
        var parts = (SpanParts)random.Next((int)SpanParts.All + 1);
        string[]? keys = random.Next(3) == 0 ? null : random.Next(2) == 0 ? ["user"] : ["n", "absent"];
        var traces = new HashSet<TraceId> { new(1, 2), new(1, (ulong)random.Next(20)) };
        var found = random.Next(2) == 0
            ? signal.Decode(block.Written, new SpanFilter(Select(random) with { Columns = new SpanColumns(parts, keys) }))
            : signal.Decode(block.Written, new TraceFilter(traces, new SpanColumns(parts, keys)));
        Assert.NotNull(found);
        for (var row = 0; row < found.Count; row++)
        {
            var original = Enumerable.Range(0, batch.Count).First(i => batch.Spans[i].SpanId == found.Spans[row].SpanId);
            Assert.Equal(Described(batch, original, parts, keys), Described(found, row, parts, keys));
        }
        return true;
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    // The span with what was not asked for made empty.
    private static string Described(SpanBatch batch, int row, SpanParts parts, string[]? keys)
    {
        var copy = new SpanBatch();
        BatchCopy.Span(batch, batch.Spans[row], copy);
        ref var span = ref copy.Spans.Mutable[0];
        bool Has(SpanParts part) => (parts & part) != 0;
        span.ParentSpanId = Has(SpanParts.Parent) ? span.ParentSpanId : default;
        span.Name = Has(SpanParts.Name) ? span.Name : default;
        span.Kind = Has(SpanParts.Kind) ? span.Kind : default;
        span.Status = Has(SpanParts.Status) ? span.Status : default;
        span.EndUnixNano = Has(SpanParts.Duration) ? span.EndUnixNano : span.StartUnixNano;
        span.Scope = Has(SpanParts.Scope) ? span.Scope : -1;
        span.StatusMessage = Has(SpanParts.StatusMessage) ? span.StatusMessage : default;
        span.TraceState = Has(SpanParts.TraceState) ? span.TraceState : default;
        (span.EventCount, span.LinkCount) = (Has(SpanParts.Events) ? span.EventCount : 0, Has(SpanParts.Links) ? span.LinkCount : 0);
        if (!Has(SpanParts.Remarks))
            (span.Flags, span.DroppedAttributes, span.DroppedEvents, span.DroppedLinks) = (0, 0, 0, 0);
        var start = copy.Attributes.Count;
        for (var i = span.Attributes.Start; i < span.Attributes.Start + span.Attributes.Count; i++)
        {
            if (Has(SpanParts.Attributes) && (keys is null || keys.Contains(copy.Arena.GetString(copy.Attributes.Keys[i]))))
                copy.Attributes.Add(copy.Attributes.Keys[i], copy.Attributes.Values[i]);
        }
        span.Attributes = copy.Attributes.Since(start);
        return Bongsu.Testing.Conformance.TelemetryFixtures.Describe(copy, 0);
    }

    private static bool Fits(SpanBatch batch, int row, SpanSelect select)
    {
        var span = batch.Spans[row];
        return span.StartUnixNano >= select.FromNanos && span.StartUnixNano < select.ToNanos && span.DurationNanos >= select.MinDurationNanos
            && (select.Status is not { } status || span.Status == status)
            && (select.Name is null || batch.Arena.GetString(span.Name) == select.Name)
            && (select.AnyOf is null || select.AnyOf.Any(alternative => Fits(batch, row, alternative with { FromNanos = select.FromNanos, ToNanos = select.ToNanos })))
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

    private static SpanSelect Select(Random random) => random.Next(3) == 0
        ? One(random) with { AnyOf = [One(random), One(random)] }
        : One(random);

    private static SpanSelect One(Random random) => new(random.Next(50), random.Next(50, 120), Name: random.Next(4) == 0 ? "call" : null, MinDurationNanos: random.Next(2) * 20, Status: random.Next(3) == 0 ? SpanStatus.Error : null)
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
            var span = new Span { TraceId = new TraceId(1, (ulong)i / 7 + 1), SpanId = new SpanId((ulong)i + 1), Scope = -1, Resource = i % 2, ParentSpanId = new SpanId((ulong)(random.Next(2) * random.Next(i + 1))), Name = batch.Arena.Append(random.Next(2) == 0 ? "call" : "other"), Kind = (SpanKind)random.Next(6), TraceState = batch.Arena.Append(i % 9 == 0 ? "a=b" : ""), StatusMessage = batch.Arena.Append(i % 5 == 0 ? "broken" : ""), Flags = (uint)random.Next(2), DroppedAttributes = random.Next(2), DroppedEvents = random.Next(300), StartUnixNano = i, EndUnixNano = i + random.Next(40), Status = (SpanStatus)random.Next(3) };
            var start = batch.Attributes.Count;
            if (random.Next(3) > 0)
                batch.Attributes.Add("user", "u" + random.Next(10).ToString(CultureInfo.InvariantCulture));
            batch.Attributes.Add(batch.Arena.Append("n"), AttributeValue.OfInt(random.Next()));
            batch.Attributes.Add(batch.Arena.Append("d"), AttributeValue.OfDouble(random.NextDouble()));
            span.Attributes = batch.Attributes.Since(start);
            (span.EventStart, span.LinkStart) = (batch.Events.Count, batch.Links.Count);
            for (span.EventCount = 0; span.EventCount < random.Next(3); span.EventCount++)
                batch.Events.Add(new SpanEvent(i + 3, batch.Arena.Append("event"), Nested(batch, random), random.Next(200)));
            for (span.LinkCount = 0; span.LinkCount < random.Next(2); span.LinkCount++)
                batch.Links.Add(new SpanLink(new TraceId(9, 9), new SpanId(9), batch.Arena.Append("a=b"), Nested(batch, random), random.Next(200), 1));
            batch.Spans.Add(span);
        }
        return batch;
    }

    // Values of the columns of spans that are none of a span's.
    private static AttributeRange Nested(SpanBatch batch, Random random)
    {
        var start = batch.Attributes.Count;
        if (random.Next(2) == 0)
            batch.Attributes.Add("user", "u" + random.Next(20).ToString(CultureInfo.InvariantCulture));
        if (random.Next(2) == 0)
            batch.Attributes.Add("why", "late");
        return batch.Attributes.Since(start);
    }
}
