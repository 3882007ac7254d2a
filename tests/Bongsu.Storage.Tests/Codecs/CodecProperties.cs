using Bongsu.Storage.Blocks;
using Bongsu.Storage.Codecs;
using Bongsu.Storage.Frames;
using Bongsu.Storage.Head;
using Bongsu.Storage.Segments;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;
using Bongsu.Telemetry.Metrics;
using Bongsu.Telemetry.Spans;
using Bongsu.Testing.Conformance;
using FsCheck;
using FsCheck.Fluent;

namespace Bongsu.Storage.Tests.Codecs;

public sealed class CodecProperties
{
    private static readonly Config Quick = Config.QuickThrowOnFailure.WithMaxTest(300);

    [Fact]
    public void Chunks_of_any_bits_come_back() => Prop.ForAll<long[], long[]>((bits, times) =>
    {
        var count = Math.Min(bits.Length, times.Length);
        return RoundTrips(Ascending(times.AsSpan(0, count)), bits.Take(count).Select(BitConverter.Int64BitsToDouble).ToArray());
    }).Check(Quick);

    [Fact]
    public void Chunks_of_ordinary_values_come_back_and_are_small() => Prop.ForAll<int, byte, bool>((seed, decimals, withGaps) =>
    {
        var random = new Random(seed);
        var (times, values) = (new long[500], new double[500]);
        var value = 0L;
        for (var i = 0; i < times.Length; i++)
        {
            times[i] = 1_700_000_000_000 + i * 15_000L;
            value += random.Next(-5, 100);
            values[i] = withGaps && random.Next(100) == 0 ? SampleValues.StaleNaN : value / Math.Pow(10, decimals % 4);
        }
        Assert.InRange(Encode(times, values).Length, 1, 500 * 2);
        return RoundTrips(times, values);
    }).Check(Quick);

    [Fact]
    public void Extreme_chunks_come_back()
    {
        double[] extremes = [0, -0.0, 1, double.MaxValue, double.MinValue, double.Epsilon, double.NaN, SampleValues.StaleNaN, double.NegativeInfinity, 1L << 53, 0.1, 1e-9];
        var values = Enumerable.Range(0, 400).Select(i => extremes[i * 7 % extremes.Length]).ToArray();
        Assert.True(RoundTrips(Enumerable.Range(0, 400).Select(i => (long)i * i).ToArray(), values));
        Assert.True(RoundTrips([long.MinValue, 0, long.MaxValue], [1, 1, 1]));
    }

    [Fact]
    public void Any_bytes_are_refused_without_an_exception() => Prop.ForAll<byte[]>(bytes =>
    {
        Read(bytes);
        // The first bytes right, the rest anything: further into each decoder.
        for (byte first = 0; first < 4; first++)
            Read([1, first, .. bytes]);
        return true;
    }).Check(Quick.WithMaxTest(2000));

    [Fact]
    public void Damaged_encodings_are_refused_or_read_without_an_exception()
    {
        var random = new Random(11);
        foreach (var good in Encodings())
        {
            for (var i = 0; i < 3000; i++)
            {
                var bad = good.AsSpan(0, i % 3 == 0 ? random.Next(good.Length) : good.Length).ToArray();
                for (var flips = random.Next(1, 4); flips > 0 && bad.Length > 0; flips--)
                    bad[random.Next(bad.Length)] = (byte)random.Next(256);
                Read(bad);
            }
        }
    }

    [Fact]
    public void Frames_are_found_again_behind_damage() => Prop.ForAll<byte[][], int, byte>((payloads, at, damage) =>
    {
        var file = new ByteWriter();
        for (var i = 0; i < payloads.Length; i++)
            Frame.Put(file, FrameType.Logs, i + 1, payloads[i]);
        var bytes = file.Written.ToArray();
        if (bytes.Length == 0)
            return true;
        var changed = damage != 0;
        bytes[(int)((uint)at % (uint)bytes.Length)] ^= damage;
        var frames = new FrameScanner(bytes);
        var found = 0;
        while (frames.Read())
        {
            found++;
            if (!frames.Payload.SequenceEqual(payloads[(int)frames.Sequence - 1]))
                return false;
        }
        return found == payloads.Length - (changed ? 1 : 0) && changed == frames.Damages is not null;
    }).Check(Quick);

    // Frames from some bytes to more than a piece; damage of one byte, of a run, and a torn end.
    [Fact]
    public void A_check_in_pieces_finds_the_damage_that_a_scan_in_memory_finds()
    {
        using var directory = new TemporaryDirectory();
        var path = Path.Combine(directory.Path, "frames");
        var random = new Random(5);
        for (var run = 0; run < 40; run++)
        {
            var file = new ByteWriter();
            for (var i = 0; i < 12; i++)
            {
                var payload = new byte[random.Next(4) switch { 0 => random.Next(40), 1 => random.Next(300_000, 600_000), _ => random.Next(70_000) }];
                random.NextBytes(payload);
                Frame.Put(file, FrameType.EventBlock, i + 1, payload);
            }
            var bytes = file.Written[..(run % 4 == 0 ? random.Next(file.Length) : file.Length)].ToArray();
            for (var i = random.Next(3); i > 0; i--)
                random.NextBytes(bytes.AsSpan(random.Next(bytes.Length - 9), random.Next(1, 9)));
            File.WriteAllBytes(path, bytes);
            var frames = new FrameScanner(bytes);
            while (frames.Read())
            {
            }
            using var opened = new SealedFile(path);
            Assert.Equal((frames.Damages ?? []).Select(d => ((long)d.Offset, (long)d.Length)), new FrameCheck(opened).Run(default));
        }
    }

    private static long[] Ascending(ReadOnlySpan<long> times)
    {
        var sorted = times.ToArray();
        Array.Sort(sorted);
        return sorted;
    }

    private static byte[] Encode(long[] times, double[] values)
    {
        var bytes = new ByteWriter();
        ChunkCodec.Put(bytes, times, values, withSummary: times.Length % 2 == 0);
        return bytes.Written.ToArray();
    }

    private static bool RoundTrips(long[] times, double[] values)
    {
        if (times.Length == 0)
            return true;
        var reader = new ByteReader(Encode(times, values));
        var (readTimes, readValues) = (new Column<long>(), new Column<double>());
        return ChunkCodec.TryRead(ref reader, readTimes, readValues) && reader.Remaining == 0 && readTimes.Span.SequenceEqual(times)
            && readValues.Span.ToArray().Select(BitConverter.DoubleToInt64Bits).SequenceEqual(values.Select(BitConverter.DoubleToInt64Bits));
    }

    private static List<byte[]> Encodings()
    {
        var encodings = new List<byte[]> { Encode([1, 2, 4, 9], [1, 2.5, double.NaN, 4]), Encode([1, 2, 3], [Math.PI, Math.E, 1e300]) };
        foreach (var compress in (bool[])[false, true])
        {
            var (logs, spans) = (new ByteWriter(), new ByteWriter());
            new LogSignal().Encode(TelemetryFixtures.Logs(LabelSet.Of(("app", "a")), (1, "line one"), (2, new string('x', 200))), logs, compress);
            new SpanSignal().Encode(TelemetryFixtures.RichSpan(new TraceId(1, 2), new SpanId(3), "api", "GET /", 5), spans, compress);
            encodings.AddRange([logs.Written.ToArray(), spans.Written.ToArray()]);
        }
        var lines = new ByteWriter();
        new LogSignal().Encode(TelemetryFixtures.Logs(LabelSet.Of(("app", "a")), [.. Enumerable.Range(0, 40).Select(i => ((long)i,
            $$"""{"t":"2026-11-21T10:20:{{i + 10}}.5Z","n":{{i * i}},"id":"{{i * 77:x16}}","k":{"level":"{{i % 3}}"},"msg":"{{new string('m', i)}}"}"""))]), lines, compress: true);
        encodings.Add(lines.Written.ToArray());
        var record = new SampleRecord();
        record.NewSeries.Add((0, LabelSet.Of(("__name__", "m"))));
        record.Series.Add(0);
        record.TimesMs.Add(5);
        record.Values.Add(0.5);
        record.Histograms.Add((0, 6, new NativeHistogram { PositiveSpans = [new(0, 1)], PositiveBuckets = [1] }));
        record.Exemplars.Add((0, new Exemplar(LabelSet.Of(("trace_id", "x")), 5, 1)));
        record.Metadata.Add(new MetricMetadata("m", MetricType.Gauge, "s", "help"));
        var samples = new ByteWriter();
        record.Put(samples);
        encodings.Add(samples.Written.ToArray());
        return encodings;
    }

    private static void Read(byte[] bytes)
    {
        var reader = new ByteReader(bytes);
        ChunkCodec.TryRead(ref reader, new Column<long>(), new Column<double>());
        new LogSignal().Decode(bytes);
        new LogSignal().Decode(bytes, new LogFilter(new LogSelect(0, long.MaxValue, []) { Needles = ["m"u8.ToArray()], Fields = [FieldCondition.OfNumber("n", FieldComparison.Greater, 4)] }));
        new SpanSignal().Decode(bytes);
        new SpanSignal().Decode(bytes, new SpanFilter(new SpanSelect(0, long.MaxValue, "api", "GET /", 1, SpanStatus.Error, [new("text", "값")]) { AnyOf = [new SpanSelect(0, 0, "api"), new SpanSelect(0, 0, Name: "x")] }));
        new SpanSignal().Decode(bytes, new TraceFilter([new TraceId(1, 2)], SpanColumns.All));
        new SpanSignal().Decode(bytes, new SpanFilter(new SpanSelect(0, long.MaxValue) { Columns = new SpanColumns(SpanParts.Events | SpanParts.Remarks) }));
        new SampleRecord().TryRead(bytes);
        ChunkContent.TryReadFirstFormat(bytes, new SampleColumns(), []);
        FirstFormatPage.TryRead(bytes, [], new LabelSetPool());
        IndexPage.TryRead(bytes, 8, new LabelSetPool());
        if (PostingsPage.TryRead(bytes) is { Count: > 0 } postings)
            postings.TrySet(0, new ulong[1], 64);
        reader = new ByteReader(bytes);
        Deletion.TryRead(ref reader);
        reader = new ByteReader(bytes);
        StartTimes.TryRead(ref reader);
        reader = new ByteReader(bytes);
        ValueCodec.TryReadSummary(ref reader, 100, out _);
        BlockFooter.Read(bytes);
        SegmentFooter.Read(bytes);
        var frames = new FrameScanner(bytes);
        while (frames.Read())
        {
        }
    }
}
