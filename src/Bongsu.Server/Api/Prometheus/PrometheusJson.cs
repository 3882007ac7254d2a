using System.Buffers;
using System.Buffers.Text;
using System.Text;
using Bongsu.Query.PromQL;
using Bongsu.Query.PromQL.Histograms;
using Bongsu.Query.PromQL.Syntax;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Server.Api.Prometheus;

/// <summary>
/// Writes JSON as Prometheus does, straight into the response's pooled buffers. Text that is no valid UTF-8 is written with replacement characters: a bad
/// label never spoils a whole answer. Not thread-safe.
/// </summary>
internal sealed class PrometheusJson(IBufferWriter<byte> output)
{
    private const int MaxNumberBytes = 40;

    public PrometheusJson Raw(ReadOnlySpan<byte> json)
    {
        output.Write(json);
        return this;
    }

    public PrometheusJson Text(string text)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        Text(bytes.AsSpan(0, Encoding.UTF8.GetBytes(text, bytes)));
        ArrayPool<byte>.Shared.Return(bytes);
        return this;
    }

    public PrometheusJson Text(ReadOnlySpan<byte> utf8)
    {
        output.Write("\""u8);
        while (!utf8.IsEmpty)
        {
            var plain = PlainPrefix(utf8);
            output.Write(utf8[..plain]);
            utf8 = utf8[plain..];
            if (!utf8.IsEmpty)
                utf8 = utf8[Escape(utf8)..];
        }
        output.Write("\""u8);
        return this;
    }

    public PrometheusJson Labels(LabelSet labels)
    {
        output.Write("{"u8);
        var first = true;
        foreach (var label in labels)
        {
            if (!first)
                output.Write(","u8);
            first = false;
            Text(label.Name).Raw(":"u8).Text(label.Value);
        }
        output.Write("}"u8);
        return this;
    }

    /// <summary>Seconds, with milliseconds when there are any.</summary>
    public PrometheusJson Timestamp(long ms)
    {
        if (ms < 0)
            output.Write("-"u8);
        var magnitude = ms < 0 ? 0UL - (ulong)ms : (ulong)ms;
        var span = output.GetSpan(MaxNumberBytes);
        Utf8Formatter.TryFormat(magnitude / 1000, span, out var written);
        var fraction = magnitude % 1000;
        if (fraction != 0)
        {
            span[written++] = (byte)'.';
            Utf8Formatter.TryFormat(fraction, span[written..], out var digits, new StandardFormat('D', 3));
            written += digits;
        }
        output.Advance(written);
        return this;
    }

    public PrometheusJson Number(long value)
    {
        Utf8Formatter.TryFormat(value, output.GetSpan(MaxNumberBytes), out var written);
        output.Advance(written);
        return this;
    }

    /// <summary>A value as text in quotes: shortest digits, "NaN", "+Inf".</summary>
    public PrometheusJson Value(double value)
    {
        var span = output.GetSpan(MaxNumberBytes);
        span[0] = (byte)'"';
        // Fast path: whole numbers of moderate size, which counters mostly are.
        if (value == (long)value && Math.Abs(value) < 1e15 && (value != 0 || !double.IsNegative(value)))
        {
            Utf8Formatter.TryFormat((long)value, span[1..], out var digits);
            span[digits + 1] = (byte)'"';
            output.Advance(digits + 2);
            return this;
        }
        var written = Encoding.ASCII.GetBytes(PromNumber.Format(value), span[1..]);
        span[written + 1] = (byte)'"';
        output.Advance(written + 2);
        return this;
    }

    public PrometheusJson Point(PromPoint point)
    {
        Raw("["u8).Timestamp(point.TimestampMs).Raw(","u8);
        return (point.Histogram is null ? Value(point.Value) : Histogram(point.Histogram)).Raw("]"u8);
    }

    /// <summary>Writes a JSON array, one element a call.</summary>
    public PrometheusJson Array<T>(IEnumerable<T> items, Action<PrometheusJson, T> write)
    {
        output.Write("["u8);
        var first = true;
        foreach (var item in items)
        {
            if (!first)
                output.Write(","u8);
            first = false;
            write(this, item);
        }
        output.Write("]"u8);
        return this;
    }

    private PrometheusJson Histogram(NativeHistogram histogram)
    {
        Raw("{\"count\":"u8).Value(histogram.Count).Raw(",\"sum\":"u8).Value(histogram.Sum);
        var buckets = HistogramView.Buckets(histogram);
        if (buckets.Count > 0)
        {
            Raw(",\"buckets\":"u8).Array(buckets, static (json, b) => json.Raw("["u8).Number(b.Boundaries).Raw(","u8).Value(b.Lower).Raw(","u8)
                .Value(b.Upper).Raw(","u8).Value(b.Count).Raw("]"u8));
        }
        return Raw("}"u8);
    }

    private static int PlainPrefix(ReadOnlySpan<byte> utf8)
    {
        for (var i = 0; i < utf8.Length; i++)
        {
            var b = utf8[i];
            if (b < 0x20 || b >= 0x80 || b is (byte)'"' or (byte)'\\')
                return i;
        }
        return utf8.Length;
    }

    private int Escape(ReadOnlySpan<byte> utf8)
    {
        switch (utf8[0])
        {
            case (byte)'"': output.Write("\\\""u8); return 1;
            case (byte)'\\': output.Write("\\\\"u8); return 1;
            case (byte)'\n': output.Write("\\n"u8); return 1;
            case (byte)'\r': output.Write("\\r"u8); return 1;
            case (byte)'\t': output.Write("\\t"u8); return 1;
            case < 0x20:
                output.Write(Encoding.ASCII.GetBytes($"\\u{utf8[0]:x4}"));
                return 1;
        }
        var status = Rune.DecodeFromUtf8(utf8, out _, out var length);
        output.Write(status == OperationStatus.Done ? utf8[..length] : "\uFFFD"u8);
        return length;
    }
}
