using System.Text;
using Bongsu.Ingest.Decode;
using Bongsu.Ingest.Decode.Exposition;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Ingest.Receive;

/// <summary>Takes a pushed body apart into its metric families, refusing what Pushgateway refuses: timestamps, and a family in two places. Not thread-safe.</summary>
internal sealed class PushgatewayBody(IngestLimits limits)
{
    private static readonly string[] s_suffixes = ["_bucket", "_count", "_sum", "_total", "_created", "_info", "_gcount", "_gsum"];

    private readonly Dictionary<string, Builder> _families = [];
    private readonly SeriesTextParser _parser = new(limits.LabelsPerSeries);
    private readonly LabelBuffer _labels = new();

    /// <summary>The families by name; null and why when the body cannot be taken.</summary>
    public List<PushgatewayFamily>? Read(ReadOnlySpan<byte> body, ExpositionFormat format, out string? error)
    {
        _families.Clear();
        error = format == ExpositionFormat.Protobuf ? ReadProtobuf(body) : ReadText(body, format == ExpositionFormat.OpenMetrics);
        if (error is not null)
            return null;
        var families = new List<PushgatewayFamily>();
        foreach (var (name, family) in _families)
        {
            if (format == ExpositionFormat.OpenMetrics)
                family.Bytes.Append("# EOF\n"u8);
            families.Add(new PushgatewayFamily(name, family.Type, format, family.Bytes.Span.ToArray()));
        }
        return families;
    }

    private string? ReadText(ReadOnlySpan<byte> body, bool isOpenMetrics)
    {
        var reader = new ExpositionReader(body, isOpenMetrics);
        while (reader.Read(default))
        {
            var error = reader.Entry == ExpositionEntry.Sample ? Sample(ref reader) : Metadata(ref reader);
            if (error is not null)
                return $"text format parsing error: {error}";
        }
        if (reader.Fault is { } fault)
            return $"text format parsing error: {fault}";
        // Why: the last line of a body that was cut short may read as another number.
        return body.IsEmpty || body[^1] == '\n' || isOpenMetrics ? null : "text format parsing error: the last line does not end with a line feed";
    }

    private string? Metadata(ref ExpositionReader reader)
    {
        var family = Family(ExpositionText.Unescape(reader.Name, reader.IsNameQuoted));
        if (reader.Entry == ExpositionEntry.Type)
        {
            if (family.HasType || family.HasSamples)
                return reader.FaultInLine($"second TYPE line for metric name \"{Text.Preview(reader.Name)}\", or TYPE reported after samples").ToString();
            family.HasType = true;
            family.Type = reader.Type;
        }
        family.Add(reader.Line);
        return null;
    }

    private string? Sample(ref ExpositionReader reader)
    {
        if (!_parser.TryParse(reader.Series, _labels))
            return reader.FaultInSeries(_parser.ErrorAt, _parser.Error!).ToString();
        if (reader.HasTimestamp)
            return reader.FaultInLine("pushed metrics must not have timestamps").ToString();
        var family = FamilyOf(Encoding.UTF8.GetString(_labels.Value(_labels.Find("__name__"u8))));
        family.HasSamples = true;
        family.Add(reader.Line);
        return null;
    }

    private Builder FamilyOf(string sample)
    {
        if (_families.TryGetValue(sample, out var family))
            return family;
        foreach (var suffix in s_suffixes)
        {
            if (sample.EndsWith(suffix, StringComparison.Ordinal) && _families.TryGetValue(sample[..^suffix.Length], out family)
                && (family.Type is not (MetricType.Unknown or MetricType.Gauge)))
                return family;
        }
        return Family(sample);
    }

    private Builder Family(string name)
    {
        if (!_families.TryGetValue(name, out var family))
            _families[name] = family = new Builder();
        return family;
    }

    private string? ReadProtobuf(ReadOnlySpan<byte> body)
    {
        var at = 0;
        while (at < body.Length)
        {
            var start = at;
            if (!Varint.TryRead(body, ref at, out var length) || length > (ulong)(body.Length - at))
                return $"byte {start}: a metric family is cut short";
            var message = body.Slice(at, (int)length);
            at += (int)length;
            if (!ProtobufFamily(message, body[start..at], out var error))
                return $"metric family at byte {start}: {error ?? "malformed protobuf"}";
        }
        return null;
    }

    private bool ProtobufFamily(ReadOnlySpan<byte> message, ReadOnlySpan<byte> delimited, out string? error)
    {
        error = null;
        var name = "";
        var type = MetricType.Counter;
        var fields = new ProtoReader(message);
        while (fields.Read())
        {
            if (fields is { Field: 1, Wire: ProtoWire.Bytes })
                name = Encoding.UTF8.GetString(fields.Bytes);
            else if (fields is { Field: 3, Wire: ProtoWire.Varint })
                type = Scrape.Exposed.ProtobufScrape.TypeOf(fields.Number);
            else if (fields is { Field: 4, Wire: ProtoWire.Bytes })
            {
                if (!ClientMetric.TryRead(fields.Bytes, out var metric))
                    return false;
                if (metric.HasTime)
                    error = "pushed metrics must not have timestamps";
            }
        }
        if (name.Length == 0)
            error = "the name is missing";
        if (fields.IsMalformed || error is not null)
            return false;
        // As in Pushgateway: a family that is sent twice in one push overwrites itself.
        var family = _families[name] = new Builder { Type = type };
        family.Bytes.Append(delimited);
        return true;
    }

    private sealed class Builder
    {
        public ByteBuffer Bytes { get; } = new();
        public MetricType Type { get; set; }
        public bool HasType { get; set; }
        public bool HasSamples { get; set; }

        public void Add(ReadOnlySpan<byte> line)
        {
            Bytes.Append(line);
            Bytes.Append((byte)'\n');
        }
    }
}
