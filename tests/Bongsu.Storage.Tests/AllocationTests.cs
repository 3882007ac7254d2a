using Bongsu.Storage.Codecs;
using Bongsu.Storage.Head;
using Bongsu.Storage.Segments;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;
using Bongsu.Telemetry.Spans;
using Bongsu.Testing;

namespace Bongsu.Storage.Tests;

/// <summary>The hot paths allocate nothing once their buffers have grown.</summary>
public sealed class AllocationTests
{
    private const int WarmUps = 40;
    private const int Runs = 20;
    private const int Series = 50;

    [Fact]
    public void Appending_to_known_series_allocates_nothing()
    {
        var table = new SeriesTable(new LabelSetPool(), null);
        var router = new HeadRouter(long.MaxValue / 4, table);
        var applier = new RecordApplier(router, long.MaxValue / 4);
        var labels = new byte[Series][];
        for (var i = 0; i < Series; i++)
        {
            labels[i] = LabelSet.Of(("__name__", "m"), ("i", $"{i}")).Bytes.ToArray();
            table.Add(labels[i], 0);
        }
        var record = new SampleRecord();
        var frames = new ByteWriter();
        var time = 0L;
        AssertAllocatesNothing(() =>
        {
            record.Clear();
            frames.Clear();
            time += 15_000;
            foreach (var series in labels)
            {
                record.Series.Add(table.Find(series));
                record.TimesMs.Add(time);
                record.Values.Add(time * 0.125);
            }
            record.Put(frames);
            applier.Apply(record, time, 1);
        });
    }

    [Fact]
    public void Taking_a_json_line_apart_and_noting_its_words_allocates_nothing()
    {
        var line = """{"ts":"2026-11-21T10:20:30.123Z","level":"INFO","msg":"order 4711 \"accepted\"","nested":{"status":200,"list":[1,{"a":null}]},"trace_id":"0123456789abcdef0123456789abcdef"}"""u8.ToArray();
        var split = new JsonLine();
        var words = new WordFilter();
        var filter = new ByteWriter();
        AssertAllocatesNothing(() =>
        {
            Assert.True(split.TrySplit(line));
            words.Clear();
            words.AddWords(line);
            filter.Clear();
            words.Put(filter);
        });
    }

    [Fact]
    public void Looking_through_a_column_allocates_nothing_by_the_value()
    {
        var texts = new TextList();
        for (var i = 0; i < 500; i++)
            texts.Add(System.Text.Encoding.UTF8.GetBytes($"took {i} ms for request {i * 77:x8}"));
        var bytes = new ByteWriter();
        new FieldColumnEncoder().Put(bytes, texts);
        using var buffers = BlockBuffers.Rent();
        var column = FieldColumn.ReadAny(bytes.Written.ToArray(), texts.Count, buffers)!;
        var (asked, passed) = (buffers.Set(texts.Count), buffers.Set(texts.Count));
        asked.Fill();
        AssertAllocatesNothing(() =>
        {
            passed.Clear(texts.Count);
            column.MarkContaining("took 123 ms"u8, new ColumnRows(asked, null), passed);
            Assert.True(passed.Has(123));
        });
    }

    // What a block costs beside its spans: what its resources are told by, and the list of its shapes.
    [Theory]
    [InlineData(SpanParts.None)]
    [InlineData(SpanParts.All)]
    public void Reading_a_block_of_spans_allocates_nothing_by_the_span(SpanParts parts)
    {
        const int Spans = 1_000;
        var batch = new SpanBatch();
        for (var i = 0; i < Spans; i++)
        {
            var start = batch.Attributes.Count;
            batch.Attributes.Add("user", $"u{i}");
            batch.Spans.Add(new Span { Resource = -1, Scope = -1, TraceId = new TraceId(1, (ulong)i), SpanId = new SpanId((ulong)i), StartUnixNano = i, EndUnixNano = 3L * i, Attributes = batch.Attributes.Since(start) });
        }
        var signal = new SpanSignal();
        var block = new ByteWriter();
        signal.Encode(batch, block, compress: true);
        var filter = new SpanFilter(new SpanSelect(0, long.MaxValue, MinDurationNanos: 2) { Columns = new SpanColumns(parts) });
        void Read() => filter.Recycle(signal.Decode(block.Written, filter)!);
        for (var i = 0; i < WarmUps; i++)
            Read();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Runs; i++)
            Read();
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / Runs, 0, Spans);
    }

    [Fact]
    public void Splitting_texts_and_looking_for_ids_allocates_nothing()
    {
        var split = new TextSplit();
        var ids = new RecentIds();
        var keys = new KeySet();
        var count = 0;
        AssertAllocatesNothing(() =>
        {
            Assert.True(split.TrySplit("cache miss for key session:00c0ffee in 35 us, 07 of 12"u8));
            Assert.True(HexText.TryParse("4bf92f3577b34da6a3ce929d0e0e4736"u8, out var id));
            ids.Back(id, count++);
            keys.Add(new EventKey((ulong)count % 16, 7));
        });
        Assert.Equal(4, split.Numbers.Length);
    }

    [Fact]
    public void Encoding_and_decoding_a_chunk_allocates_nothing()
    {
        var times = new long[120];
        var values = new double[120];
        for (var i = 0; i < times.Length; i++)
            (times[i], values[i]) = (i * 15_000L + i % 7, i * 0.25 + i % 3);
        var encoded = new ByteWriter();
        var decodedTimes = new Column<long>();
        var decodedValues = new Column<double>();
        AssertAllocatesNothing(() =>
        {
            encoded.Clear();
            ChunkCodec.Put(encoded, times, values, withSummary: true);
            decodedTimes.Clear();
            decodedValues.Clear();
            var reader = new ByteReader(encoded.Written);
            Assert.True(ChunkCodec.TryRead(ref reader, decodedTimes, decodedValues));
        });
        Assert.Equal(values, decodedValues.Span.ToArray());
    }

    [Fact]
    public async Task Reading_runs_allocates_nothing()
    {
        using var directory = new TemporaryDirectory();
        var time = new ManualTime();
        await using var store = DiskStore.Open(new DiskStoreOptions { Directory = directory.Path, Durability = Durability.Os }, time, null, new Disk(), default);
        for (var block = 0; block < 3; block++)
        {
            var batch = new MetricBatch();
            for (var series = 0; series < Series; series++)
                batch.AddSeries(LabelSet.Of(("__name__", "m"), ("i", $"{series}")).Bytes);
            for (var i = 0; i < 400 * Series; i++)
                batch.AddSample(i % Series, time.NowMs - 7_200_000 * (2 - block) + i / Series * 15_000L - 6_000_000, i);
            await store.AppendAsync(batch, default);
            if (block < 2)
                store.SealAll();
        }
        using var selection = await store.Metrics.SelectAsync(new SeriesSelect(0, time.NowMs, []), default);
        using var reader = selection.OpenReader();
        var runs = new Column<SampleRun>();
        long[] cuts = [time.NowMs - 15_000_000, time.NowMs - 1_000_000];
        AssertAllocatesNothing(() =>
        {
            for (var series = 0; series < Series; series++)
            {
                runs.Clear();
                reader.TryReadRuns(series, cuts, RunFigures.Resets, runs);
            }
        });
        Assert.Equal(1200, runs.Span.ToArray().Sum(r => r.Count));
    }

    // The least of several runs: a growing column doubles now and then, and a runtime that compiles a method again may allocate on this thread.
    private static void AssertAllocatesNothing(Action work)
    {
        for (var i = 0; i < WarmUps; i++)
            work();
        var least = long.MaxValue;
        for (var i = 0; i < Runs; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            work();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        Assert.Equal(0, least);
    }
}
