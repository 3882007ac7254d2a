using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Bongsu.Query.PromQL;
using Bongsu.Query.PromQL.Histograms;
using Bongsu.Query.PromQL.Syntax;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Server.Api.Prometheus;

/// <summary>
/// Writes JSON as Prometheus does, through one pooled buffer into the response. Text that is no valid UTF-8 is written with replacement characters: a bad
/// label never spoils a whole answer. Whoever makes it spills it at the end, and disposes of it. Not thread-safe.
/// </summary>
internal sealed class PrometheusJson(IBufferWriter<byte> output) : IDisposable
{
    private const int MaxNumberBytes = 40;
    private const int MaxPointBytes = 2 * MaxNumberBytes + 8;

    // Why: a day of one series fits, and is then answered whole.
    private const int BufferBytes = 64 * 1024;

    /// <summary>Up to here a decimal scaled by a thousand is exact in a double, and no shorter decimal reads back as the same.</summary>
    private const double MaxThousandths = 1e15;

    /// <summary>What does not stand in JSON text as it is, or may not be valid UTF-8.</summary>
    private static readonly SearchValues<byte> Special = SearchValues.Create([.. Enumerable.Range(0, 256).Select(b => (byte)b).Where(b => b is < 0x20 or >= 0x80 or (byte)'"' or (byte)'\\')]);

    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(BufferBytes);
    private int _length;
    private bool _spilled;

    /// <summary>Bytes handed to the response, and the client's to wait for, since this was last set to zero.</summary>
    public int Unsent { get; set; }

    public void Dispose()
    {
        if (_bytes.Length == 0)
            return;
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
    }

    /// <summary>Bytes written so far while the response has none of them; null from then on.</summary>
    public int? WholeBytes => _spilled ? null : _length;

    /// <summary>Hands what is in the buffer to the response.</summary>
    public void Spill()
    {
        _spilled = true;
        output.Write(_bytes.AsSpan(0, _length));
        Unsent += _length;
        _length = 0;
    }

    public PrometheusJson Raw(ReadOnlySpan<byte> json)
    {
        while (!json.IsEmpty)
        {
            if (_length == _bytes.Length)
                Spill();
            var size = Math.Min(json.Length, _bytes.Length - _length);
            json[..size].CopyTo(_bytes.AsSpan(_length));
            _length += size;
            json = json[size..];
        }
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
        // Fast path: nothing to escape, and room for all.
        if (utf8.Length + 2 <= _bytes.Length - _length && !utf8.ContainsAny(Special))
        {
            var span = _bytes.AsSpan(_length);
            span[0] = (byte)'"';
            utf8.CopyTo(span[1..]);
            span[utf8.Length + 1] = (byte)'"';
            _length += utf8.Length + 2;
            return this;
        }
        Raw("\""u8);
        while (!utf8.IsEmpty)
        {
            var plain = utf8.IndexOfAny(Special) is >= 0 and var at ? at : utf8.Length;
            Raw(utf8[..plain]);
            utf8 = utf8[plain..];
            if (!utf8.IsEmpty)
                utf8 = utf8[Escape(utf8)..];
        }
        return Raw("\""u8);
    }

    public PrometheusJson Labels(LabelSet labels)
    {
        Raw("{"u8);
        var first = true;
        foreach (var label in labels)
        {
            if (!first)
                Raw(","u8);
            first = false;
            Text(label.Name).Raw(":"u8).Text(label.Value);
        }
        return Raw("}"u8);
    }

    /// <summary>Seconds, with milliseconds when there are any.</summary>
    public PrometheusJson Timestamp(long ms)
    {
        var written = Format(ms, Room(MaxNumberBytes));
        _length += written;
        return this;
    }

    public PrometheusJson Number(long value)
    {
        Utf8Formatter.TryFormat(value, Room(MaxNumberBytes), out var written);
        _length += written;
        return this;
    }

    /// <summary>A value as text in quotes: shortest digits, "NaN", "+Inf".</summary>
    public PrometheusJson Value(double value)
    {
        var span = Room(MaxNumberBytes);
        span[0] = (byte)'"';
        var end = 1 + Format(value, span[1..]);
        span[end] = (byte)'"';
        _length += end + 1;
        return this;
    }

    public PrometheusJson Point(PromPoint point)
    {
        Raw("["u8).Timestamp(point.TimestampMs).Raw(","u8);
        return (point.Histogram is null ? Value(point.Value) : Histogram(point.Histogram)).Raw("]"u8);
    }

    /// <summary>One of the floats of a series in a list: a comma before it unless it is the first.</summary>
    public void Point(long timestampMs, double value, bool isFirst)
    {
        // Hot path: once a point of an answer.
        var span = Room(MaxPointBytes);
        var at = 0;
        if (!isFirst)
            span[at++] = (byte)',';
        span[at++] = (byte)'[';
        at += Format(timestampMs, span[at..]);
        span[at++] = (byte)',';
        span[at++] = (byte)'"';
        at += Format(value, span[at..]);
        span[at++] = (byte)'"';
        span[at++] = (byte)']';
        _length += at;
    }

    /// <summary>Writes a JSON array, one element a call.</summary>
    public PrometheusJson Array<T>(IEnumerable<T> items, Action<PrometheusJson, T> write)
    {
        Raw("["u8);
        var first = true;
        foreach (var item in items)
        {
            if (!first)
                Raw(","u8);
            first = false;
            write(this, item);
        }
        return Raw("]"u8);
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

    private Span<byte> Room(int size)
    {
        if (_bytes.Length - _length < size)
            Spill();
        return _bytes.AsSpan(_length);
    }

    private static int Format(long ms, Span<byte> span)
    {
        var sign = 0;
        if (ms < 0)
            span[sign++] = (byte)'-';
        var magnitude = ms < 0 ? 0UL - (ulong)ms : (ulong)ms;
        Utf8Formatter.TryFormat(magnitude / 1000, span[sign..], out var written);
        return sign + written + FormatThousandths((uint)(magnitude % 1000), span[(sign + written)..], trim: false);
    }

    private static int Format(double value, Span<byte> span)
    {
        // Fast path: whole numbers and decimals of moderate size, which counters and most gauges are. Zero below zero keeps its sign on the slow path.
        var scaled = value * 1000;
        if (Math.Abs(scaled) < MaxThousandths && (value != 0 || !double.IsNegative(value)))
        {
            var thousandths = (long)Math.Round(scaled);
            if (thousandths / 1000.0 == value)
                return FormatDecimal(thousandths, span);
        }
        return value.TryFormat(span, out var written, default, CultureInfo.InvariantCulture) && double.IsFinite(value) && !span[..written].Contains((byte)'E')
            ? written
            : Encoding.ASCII.GetBytes(PromNumber.Format(value), span);
    }

    private static int FormatDecimal(long thousandths, Span<byte> span)
    {
        var sign = 0;
        if (thousandths < 0)
            span[sign++] = (byte)'-';
        var magnitude = (ulong)Math.Abs(thousandths);
        Utf8Formatter.TryFormat(magnitude / 1000, span[sign..], out var written);
        return sign + written + FormatThousandths((uint)(magnitude % 1000), span[(sign + written)..], trim: true);
    }

    private static int FormatThousandths(uint thousandths, Span<byte> span, bool trim)
    {
        if (thousandths == 0)
            return 0;
        span[0] = (byte)'.';
        span[1] = (byte)('0' + thousandths / 100);
        span[2] = (byte)('0' + thousandths / 10 % 10);
        span[3] = (byte)('0' + thousandths % 10);
        var length = 4;
        while (trim && span[length - 1] == (byte)'0')
            length--;
        return length;
    }

    private int Escape(ReadOnlySpan<byte> utf8)
    {
        switch (utf8[0])
        {
            case (byte)'"': Raw("\\\""u8); return 1;
            case (byte)'\\': Raw("\\\\"u8); return 1;
            case (byte)'\n': Raw("\\n"u8); return 1;
            case (byte)'\r': Raw("\\r"u8); return 1;
            case (byte)'\t': Raw("\\t"u8); return 1;
            case < 0x20:
                Raw(Encoding.ASCII.GetBytes($"\\u{utf8[0]:x4}"));
                return 1;
        }
        var status = Rune.DecodeFromUtf8(utf8, out _, out var length);
        Raw(status == OperationStatus.Done ? utf8[..length] : "\uFFFD"u8);
        return length;
    }
}
