using Bongsu.Storage.Blocks;
using Bongsu.Storage.Codecs;
using Bongsu.Storage.Frames;
using Bongsu.Storage.Head;
using Bongsu.Storage.Segments;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;
using FsCheck;
using FsCheck.Fluent;

namespace Bongsu.Storage.Tests.Codecs;

/// <summary>Everything on disk around the columns of samples: what is written comes back bit by bit, and what is damaged is refused, never thrown at.</summary>
public sealed class RecordProperties
{
    private static readonly Config Quick = Config.QuickThrowOnFailure.WithMaxTest(200);

    [Fact]
    public void Wal_records_of_any_bits_come_back() => Prop.ForAll<int>(seed =>
    {
        var record = Record(new Random(seed));
        var read = new SampleRecord();
        return read.TryRead(Bytes(record.Put)) && Text(read) == Text(record);
    }).Check(Quick);

    [Fact]
    public void Histograms_of_any_bits_come_back() => Prop.ForAll<int>(seed =>
    {
        var random = new Random(seed);
        var (times, histograms) = (new List<long>(), new List<NativeHistogram>());
        for (var i = random.Next(9); i > 0; i--)
        {
            times.Add(random.NextInt64(long.MinValue, long.MaxValue));
            histograms.Add(Histogram(random));
        }
        var reader = new ByteReader(Bytes(into => ChunkContent.PutHistograms(into, times.ToArray(), histograms, 0)));
        var read = new SampleColumns();
        return ChunkContent.TryReadHistograms(ref reader, read) && reader.Remaining == 0 && read.HistogramTimesMs.Span.SequenceEqual(times.ToArray())
            && read.Histograms.Select(Text).SequenceEqual(histograms.Select(Text));
    }).Check(Quick);

    [Fact]
    public void Exemplars_of_any_bits_come_back() => Prop.ForAll<int>(seed =>
    {
        var random = new Random(seed);
        var exemplars = Enumerable.Range(0, random.Next(9)).Select(_ => Exemplar(random)).ToList();
        var reader = new ByteReader(Bytes(into => ChunkContent.PutExemplars(into, exemplars)));
        var read = new List<Exemplar>();
        return ChunkContent.TryReadExemplars(ref reader, read) && reader.Remaining == 0 && read.Select(Text).SequenceEqual(exemplars.Select(Text));
    }).Check(Quick);

    [Fact]
    public void Start_times_come_back_as_they_were_set() => Prop.ForAll<long[]>(times =>
    {
        var (starts, model) = (new StartTimes(), new SortedDictionary<long, long>());
        foreach (var time in times)
        {
            starts.Set(time, time / 3, model.Count == 0 || time > model.Keys.Last());
            model[time] = time / 3;
        }
        var reader = new ByteReader(Bytes(starts.Put));
        return StartTimes.TryRead(ref reader) is { } read && reader.Remaining == 0 && model.All(m => read.At(m.Key) == m.Value);
    }).Check(Quick);

    [Fact]
    public void Index_pages_come_back() => Prop.ForAll<int>(seed =>
    {
        var page = Page(new Random(seed));
        return IndexPage.TryRead(Bytes(page.Put), Groups, new LabelSetPool()) is { } read && Text(read) == Text(page);
    }).Check(Quick);

    [Fact]
    public void Postings_come_back() => Prop.ForAll<int>(seed =>
    {
        var random = new Random(seed);
        var writer = new PostingsWriter();
        var model = new Dictionary<string, SortedSet<int>>();
        var count = random.Next(1, 300);
        for (var series = 0; series < count; series++)
        {
            var value = new string((char)('a' + random.Next(3)), random.Next(1, 40));
            writer.Add(LabelSet.Of(("n", value)), series);
            model.TryAdd(value, []);
            model[value].Add(series);
        }
        var found = 0;
        writer.Put(200, (_, first, bytes) =>
        {
            var page = PostingsPage.TryRead(bytes.Written)!;
            for (var i = 0; i < page.Count; i++)
            {
                var bits = new ulong[(count + 63) / 64];
                var expected = model[System.Text.Encoding.UTF8.GetString(page.Value(i))];
                Assert.Equal(i, page.Find(page.Value(i)));
                Assert.True(page.TrySet(i, bits, count) && page.Intersects(i, bits));
                Assert.Equal(expected, Enumerable.Range(0, count).Where(s => (bits[s / 64] >> s % 64 & 1) != 0));
                Assert.True(i > 0 || page.Value(0).SequenceEqual(first));
                found++;
            }
        });
        return found == model.Count;
    }).Check(Quick);

    [Fact]
    public void Footers_deletions_headers_and_metadata_come_back() => Prop.ForAll<int>(seed =>
    {
        var random = new Random(seed);
        var (block, segment, deletion, metadata) = (Footer(random), SegmentFooterOf(random), DeletionOf(random), Metadata(random));
        var header = new FileHeader((FileKind)random.Next(256), (byte)random.Next(256), random.NextInt64(), -random.NextInt64());
        var frame = new FrameScanner(Bytes(header.Put));
        Assert.True(frame.Read() && FileHeader.TryRead(frame.Payload, out var readHeader) && readHeader == header);
        Assert.Equal(Bytes(block.Put), Bytes(BlockFooter.Read(Bytes(block.Put))!.Put));
        Assert.Equal(Bytes(segment.Put), Bytes(SegmentFooter.Read(Bytes(segment.Put))!.Put));
        var reader = new ByteReader(Bytes(deletion.Put));
        var read = Deletion.TryRead(ref reader)!;
        Assert.Equal((deletion.FromMs, deletion.ToMs, deletion.ThroughBlock, reader.Remaining), (read.FromMs, read.ToMs, read.ThroughBlock, 0));
        Assert.Equal(deletion.Matchers.Select(m => (m.Type, m.Name, m.Value)), read.Matchers.Select(m => (m.Type, m.Name, m.Value)));
        var readMetadata = new List<MetricMetadata>();
        reader = new ByteReader(Bytes(into => MetadataCodec.Put(into, metadata)));
        return MetadataCodec.TryRead(ref reader, readMetadata) && reader.Remaining == 0 && readMetadata.SequenceEqual(metadata);
    }).Check(Quick);

    [Fact]
    public void Damaged_records_are_refused_or_read_without_an_exception() => Prop.ForAll<int>(seed =>
    {
        var random = new Random(seed);
        var (record, page, footer, segment, deletion, metadata) = (Record(random), Page(random), Footer(random), SegmentFooterOf(random), DeletionOf(random), Metadata(random));
        var histograms = Enumerable.Range(0, 3).Select(_ => Histogram(random)).ToList();
        foreach (var good in (byte[][])[Bytes(record.Put), Bytes(page.Put), Plain(page), Bytes(footer.Put), Bytes(segment.Put), Bytes(deletion.Put), Bytes(into => MetadataCodec.Put(into, metadata)),
            Bytes(into => ChunkContent.PutHistograms(into, [1, 2, 3], histograms, 0)), Bytes(into => ChunkContent.PutExemplars(into, [Exemplar(random)])), Postings(random)])
        {
            for (var i = 0; i < 20; i++)
            {
                var bad = good.AsSpan(0, i % 3 == 0 ? random.Next(good.Length) : good.Length).ToArray();
                for (var changes = random.Next(1, 4); changes > 0 && bad.Length > 0; changes--)
                    bad[random.Next(bad.Length)] = (byte)(random.Next(2) == 0 ? 0xff : random.Next(256));
                ReadAll(bad);
            }
        }
        return true;
    }).Check(Quick);

    [Fact]
    public void Any_bytes_are_refused_without_an_exception() => Prop.ForAll<byte[]>(bytes =>
    {
        ReadAll(bytes);
        for (byte version = 1; version < 3; version++)
            ReadAll([version, .. bytes]);
        return true;
    }).Check(Quick.WithMaxTest(2000));

    [Fact]
    public void A_list_of_series_that_overflows_sets_and_finds_nothing()
    {
        var list = Bytes(into =>
        {
            into.PutVarint(0);
            into.PutVarint(ulong.MaxValue - 1);
        });
        var page = PostingsPage.TryRead(Bytes(into => PostingsPage.Put(into, "n"u8, 1, Bytes(values => PostingsPage.PutValue(values, default, "v"u8, list)))))!;
        Assert.False(page.TrySet(0, new ulong[2], 100));
        Assert.False(page.Intersects(0, new ulong[2]));
    }

    private const int Groups = 7;

    private static void ReadAll(byte[] bytes)
    {
        new SampleRecord().TryRead(bytes);
        IndexPage.TryRead(bytes, Groups, new LabelSetPool());
        BlockFooter.Read(bytes);
        SegmentFooter.Read(bytes);
        FileHeader.TryRead(bytes, out _);
        var reader = new ByteReader(bytes);
        Deletion.TryRead(ref reader);
        reader = new ByteReader(bytes);
        MetadataCodec.TryRead(ref reader, []);
        reader = new ByteReader(bytes);
        ChunkContent.TryReadHistograms(ref reader, new SampleColumns());
        reader = new ByteReader(bytes);
        ChunkContent.TryReadExemplars(ref reader, []);
        reader = new ByteReader(bytes);
        StartTimes.TryRead(ref reader);
        if (PostingsPage.TryRead(bytes) is not { } postings)
            return;
        for (var i = 0; i < postings.Count; i++)
        {
            postings.TrySet(i, new ulong[2], 100);
            postings.Intersects(i, new ulong[2]);
        }
    }

    private static byte[] Bytes(Action<ByteWriter> put)
    {
        var bytes = new ByteWriter();
        put(bytes);
        return bytes.Written.ToArray();
    }

    private static double Any(Random random) => random.Next(6) switch
    {
        0 => BitConverter.Int64BitsToDouble(0x7ff0000000000000 | random.NextInt64(1, 1L << 51)), // a NaN with a payload
        1 => new[] { 0.0, -0.0, double.PositiveInfinity, double.NegativeInfinity, double.Epsilon, SampleValues.StaleNaN, 1L << 53, -0.001, 281_474_976_710_655 }[random.Next(9)],
        2 => BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)),
        3 => random.Next(-1000, 1000) / 1000.0,
        _ => random.Next(-5, 100_000),
    };

    private static double[] Several(Random random) => [.. Enumerable.Range(0, random.Next(5)).Select(_ => Any(random))];

    private static BucketSpan[] Spans(Random random) => [.. Enumerable.Range(0, random.Next(4)).Select(_ => new BucketSpan(random.Next(int.MinValue, int.MaxValue), random.Next(int.MinValue, int.MaxValue)))];

    private static NativeHistogram Histogram(Random random) => new()
    {
        Schema = random.Next(int.MinValue, int.MaxValue),
        ResetHint = (CounterResetHint)random.Next(4),
        ZeroThreshold = Any(random),
        ZeroCount = Any(random),
        Count = Any(random),
        Sum = Any(random),
        PositiveSpans = Spans(random),
        PositiveBuckets = Several(random),
        NegativeSpans = Spans(random),
        NegativeBuckets = Several(random),
        CustomValues = Several(random),
    };

    private static Exemplar Exemplar(Random random) => new(LabelSet.Of(("trace_id", $"{random.Next()}")), random.NextInt64(long.MinValue, long.MaxValue), Any(random));

    private static List<MetricMetadata> Metadata(Random random) =>
        [.. Enumerable.Range(0, random.Next(4)).Select(i => new MetricMetadata($"m{i}", (MetricType)random.Next(8), "봉수", new string('h', random.Next(300))))];

    private static Deletion DeletionOf(Random random) => new(random.NextInt64(long.MinValue, 0), random.NextInt64(), [.. Enumerable.Range(0, random.Next(4)).Select(i => new LabelMatcher((Telemetry.Labels.MatchType)i, $"l{i}", "a.*"))], random.NextInt64());

    private static SampleRecord Record(Random random)
    {
        var record = new SampleRecord();
        for (var i = random.Next(4); i > 0; i--)
            record.NewSeries.Add((random.Next(), LabelSet.Of(("__name__", $"m{i}"), ("봉", "수"))));
        var (count, isRun, isOneTime, hasStarts) = (random.Next(40), random.Next(2) == 0, random.Next(2) == 0, random.Next(3) == 0);
        for (var i = 0; i < count; i++)
        {
            record.Series.Add(isRun ? i : random.Next());
            record.TimesMs.Add(isOneTime ? 5 : random.NextInt64(long.MinValue, long.MaxValue));
            record.Values.Add(Any(random));
            if (hasStarts)
                record.StartTimesMs.Add(random.NextInt64(long.MinValue, long.MaxValue));
        }
        for (var i = random.Next(3); i > 0; i--)
        {
            record.Histograms.Add((random.Next(), random.NextInt64(long.MinValue, long.MaxValue), Histogram(random)));
            if (hasStarts)
                record.HistogramStartTimesMs.Add(random.NextInt64(long.MinValue, long.MaxValue));
        }
        for (var i = random.Next(3); i > 0; i--)
            record.Exemplars.Add((random.Next(), Exemplar(random)));
        record.Metadata.AddRange(Metadata(random));
        return record;
    }

    private static IndexPage Page(Random random)
    {
        var page = new IndexPage();
        for (var i = random.Next(20); i > 0; i--)
        {
            var chunks = new ChunkRef[random.Next(4)];
            for (var c = 0; c < chunks.Length; c++)
            {
                var min = random.NextInt64(-1L << 40, 1L << 40);
                chunks[c] = new ChunkRef((ChunkKind)random.Next(4), random.Next(Groups), random.Next(), random.Next(Groups), random.Next(), random.Next(1, 513), min, min + random.NextInt64(1L << 40));
            }
            page.Add(LabelSet.Of(("__name__", "m"), ("i", $"{random.Next(100)}"), ("zone", $"{random.Next(3)}")), chunks);
        }
        return page;
    }

    // Not compressed, so that a changed byte reaches the decoder of the page.
    private static byte[] Plain(IndexPage page)
    {
        var reader = new ByteReader(Bytes(page.Put));
        var (version, arena, failed) = (reader.ReadByte(), new ByteArena(), false);
        var body = Section.Read(ref reader, arena, ref failed);
        Assert.False(failed);
        return Bytes(into =>
        {
            into.PutByte(version);
            Section.Put(into, arena.Get(body), compress: false);
        });
    }

    private static byte[] Postings(Random random)
    {
        var writer = new PostingsWriter();
        for (var series = 0; series < 90; series++)
            writer.Add(LabelSet.Of(("n", $"{random.Next(5)}")), series);
        byte[] page = [];
        writer.Put(1 << 16, (_, _, bytes) => page = bytes.Written.ToArray());
        return page;
    }

    private static BlockFooter Footer(Random random)
    {
        var footer = new BlockFooter { ResolutionMs = random.Next(2) * 300_000, MinTimeMs = -random.NextInt64(), MaxTimeMs = random.NextInt64(), Samples = random.NextInt64() };
        for (var i = random.Next(4); i > 0; i--)
        {
            footer.SealedRanges.Add(new SealedRange(-random.NextInt64(), random.NextInt64(), random.NextInt64()));
            footer.Groups.Add((random.NextInt64(), random.Next()));
            footer.Pages.Add((random.NextInt64(), random.Next(), random.Next()));
            footer.Postings.Add(([1, 2], [3], random.NextInt64(), random.Next()));
        }
        return footer;
    }

    private static SegmentFooter SegmentFooterOf(Random random)
    {
        var footer = new SegmentFooter { SealedMs = random.NextInt64() };
        for (var i = 0; i < 3; i++)
            footer.Tags.Add([(byte)i]);
        for (var i = random.Next(4); i > 0; i--)
        {
            footer.Blocks.Add(new BlockEntry(random.NextInt64(), random.Next(), random.NextInt64(), random.Next(), random.Next(), -random.NextInt64(), random.NextInt64(), random.NextInt64(), random.Next(), [random.Next(3)]));
            footer.TracePages.Add(new TracePage(random.NextInt64(), random.Next(), (ulong)random.NextInt64()));
        }
        return footer;
    }

    private static string Text(SampleRecord record) => string.Join('\n', [
        string.Join(' ', record.NewSeries), string.Join(' ', record.Series.Span.ToArray()), string.Join(' ', record.TimesMs.Span.ToArray()), Text(record.Values.Span.ToArray()),
        string.Join(' ', record.StartTimesMs.Span.ToArray()), string.Join(' ', record.HistogramStartTimesMs.Span.ToArray()),
        string.Join(' ', record.Histograms.Select(h => $"{h.Series} {h.TimeMs} {Text(h.Value)}")), string.Join(' ', record.Exemplars.Select(e => $"{e.Series} {Text(e.Value)}")), string.Join(' ', record.Metadata)]);

    private static string Text(IndexPage page) => string.Join('\n', Enumerable.Range(0, page.Count).Select(i => $"{page.Labels(i)} {string.Join(' ', page.Chunks(i).ToArray())}"));

    private static string Text(Exemplar exemplar) => $"{exemplar.Labels} {exemplar.TimestampMs} {Text([exemplar.Value])}";

    private static string Text(NativeHistogram h) =>
        $"{h.Schema} {h.ResetHint} {Text([h.ZeroThreshold, h.ZeroCount, h.Count, h.Sum])} {string.Join(' ', h.PositiveSpans)} {Text(h.PositiveBuckets)} {string.Join(' ', h.NegativeSpans)} {Text(h.NegativeBuckets)} {Text(h.CustomValues)}";

    private static string Text(double[] values) => string.Join(' ', values.Select(BitConverter.DoubleToInt64Bits));
}
