using System.Text;
using Bongsu.Ingest.Decode;
using Bongsu.Ingest.Decode.Exposition;
using Bongsu.Ingest.Decode.Prometheus;
using Bongsu.Ingest.Scrape.Jobs;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Ingest.Scrape.Exposed;

/// <summary>
/// Reads length-delimited MetricFamily messages (io.prometheus.client) into the series of a target. Series are known by a key made of the name, what kind
/// of sample it is and the bytes of the labels. Not thread-safe; for one body.
/// </summary>
internal sealed class ProtobufScrape(TargetSeries target, SeriesLabels rules, ScrapeJob job, int maxSamples, IngestLimits limits, ScrapeWork work)
{
    // Why: no text form begins with this byte, so that keys of the two do not meet.
    private const byte KeyMark = 0xFF;

    private readonly ClientHistogram _histogram = new();
    private byte[] _name = [];
    private MetricType _type;
    private string? _fault;

    /// <summary>Fills the batch; a fault, with its place, means that nothing of it may be stored.</summary>
    public string? Read(ReadOnlySpan<byte> body)
    {
        var at = 0;
        while (at < body.Length)
        {
            var start = at;
            if (!Varint.TryRead(body, ref at, out var length) || length > (ulong)(body.Length - at))
                return $"byte {start}: a metric family is cut short";
            if (!Family(body.Slice(at, (int)length)))
                return $"metric family at byte {start}: {_fault ?? "malformed protobuf"}";
            at += (int)length;
        }
        return null;
    }

    private bool Family(ReadOnlySpan<byte> message)
    {
        ReadOnlySpan<byte> name = default, help = default, unit = default;
        _type = MetricType.Counter;
        var fields = new ProtoReader(message);
        while (fields.Read())
        {
            switch (fields.Field, fields.Wire)
            {
                case (1, ProtoWire.Bytes): name = fields.Bytes; break;
                case (2, ProtoWire.Bytes): help = fields.Bytes; break;
                case (3, ProtoWire.Varint): _type = TypeOf(fields.Number); break;
                case (5, ProtoWire.Bytes): unit = fields.Bytes; break;
            }
        }
        if (fields.IsMalformed)
            return false;
        if (name.IsEmpty || !System.Text.Unicode.Utf8.IsValid(name))
            return Fail(name.IsEmpty ? "the name is missing" : "the name is not valid UTF-8");
        var family = target.Families.Enter(name, isQuoted: false, target.Scrape);
        family.SetType(_type);
        family.SetHelp(help, isQuoted: false);
        family.SetUnit(unit);
        _name = family.NameBytes;
        if (!Bounded())
            return false;
        fields = new ProtoReader(message);
        while (fields.Read())
        {
            if (fields is { Field: 4, Wire: ProtoWire.Bytes } && !Metric(fields.Bytes))
                return false;
        }
        return true;
    }

    private bool Metric(ReadOnlySpan<byte> message)
    {
        if (!ClientMetric.TryRead(message, out var metric))
            return false;
        return metric.Kind switch
        {
            ClientMetric.Gauge or ClientMetric.Untyped or ClientMetric.Counter => Plain(metric),
            ClientMetric.Summary => Summary(metric),
            ClientMetric.Histogram => Histogram(metric),
            _ => Fail("a metric has no value"),
        };
    }

    private bool Plain(ClientMetric metric)
    {
        double value = 0;
        long startMs = 0;
        ReadOnlySpan<byte> exemplar = default;
        var fields = new ProtoReader(metric.Value);
        while (fields.Read())
        {
            if (fields is { Field: 1, Wire: ProtoWire.Fixed64 })
                value = BitConverter.UInt64BitsToDouble(fields.Number);
            else if (metric.Kind == ClientMetric.Counter && fields is { Field: 2, Wire: ProtoWire.Bytes })
                exemplar = fields.Bytes;
            else if (metric.Kind == ClientMetric.Counter && fields is { Field: 3, Wire: ProtoWire.Bytes })
                startMs = ClientMetric.TimeMs(fields.Bytes);
        }
        if (fields.IsMalformed || !Add(metric, ""u8, default, default, value, startMs, out var line))
            return false;
        return exemplar.IsEmpty || Exemplar(line!, exemplar);
    }

    private bool Summary(ClientMetric metric)
    {
        double count = 0, sum = 0;
        long startMs = 0;
        var fields = new ProtoReader(metric.Value);
        while (fields.Read())
        {
            switch (fields.Field, fields.Wire)
            {
                case (1, ProtoWire.Varint): count = fields.Number; break;
                case (2, ProtoWire.Fixed64): sum = BitConverter.UInt64BitsToDouble(fields.Number); break;
                case (4, ProtoWire.Bytes): startMs = ClientMetric.TimeMs(fields.Bytes); break;
            }
        }
        if (fields.IsMalformed || !Add(metric, "_count"u8, default, default, count, startMs, out _) || !Add(metric, "_sum"u8, default, default, sum, startMs, out _))
            return false;
        fields = new ProtoReader(metric.Value);
        while (fields.Read())
        {
            if (fields is { Field: 3, Wire: ProtoWire.Bytes } && !Quantile(metric, fields.Bytes))
                return false;
        }
        return true;
    }

    private bool Quantile(ClientMetric metric, ReadOnlySpan<byte> message)
    {
        double quantile = 0, value = 0;
        var fields = new ProtoReader(message);
        while (fields.Read())
        {
            if (fields is { Field: 1, Wire: ProtoWire.Fixed64 })
                quantile = BitConverter.UInt64BitsToDouble(fields.Number);
            else if (fields is { Field: 2, Wire: ProtoWire.Fixed64 })
                value = BitConverter.UInt64BitsToDouble(fields.Number);
        }
        return !fields.IsMalformed && Add(metric, ""u8, "quantile"u8, quantile, value, 0, out _);
    }

    private bool Histogram(ClientMetric metric)
    {
        if (!_histogram.TryRead(metric.Value, limits.HistogramBuckets, out var fault))
            return false;
        if (fault is not null)
            return Fail(fault);
        var isNative = job.NativeHistograms && _histogram.IsNative;
        if (isNative && !Native(metric))
            return false;
        var hasClassic = !isNative || (job.AlwaysClassicHistograms && _histogram.Buckets.Count > 0);
        return !hasClassic || Classic(metric);
    }

    private bool Native(ClientMetric metric)
    {
        if (Line(metric, ""u8, default, default) is not { } line)
            return false;
        var histogram = _histogram.ToNative(_type == MetricType.GaugeHistogram);
        if (HistogramFault.Of(histogram) is { } why)
            return Fail($"a native histogram is invalid: {why}");
        target.Add(line, metric.HasTime, metric.TimestampMs, histogram, _histogram.StartMs, job, work);
        foreach (var (at, length) in _histogram.Exemplars)
        {
            if (!Exemplar(line, metric.Value.Slice(at, length)))
                return false;
        }
        return Bounded();
    }

    private bool Classic(ClientMetric metric)
    {
        var startMs = _histogram.StartMs;
        if (!Add(metric, "_count"u8, default, default, _histogram.Count, startMs, out _) || !Add(metric, "_sum"u8, default, default, _histogram.Sum, startMs, out _))
            return false;
        var hasInfinity = false;
        foreach (var (count, bound, exemplarAt, exemplarLength) in _histogram.Buckets)
        {
            hasInfinity |= double.IsPositiveInfinity(bound);
            if (!Add(metric, "_bucket"u8, "le"u8, bound, count, startMs, out var line))
                return false;
            if (exemplarLength > 0 && !Exemplar(line!, metric.Value.Slice(exemplarAt, exemplarLength)))
                return false;
        }
        return hasInfinity || Add(metric, "_bucket"u8, "le"u8, double.PositiveInfinity, _histogram.Count, startMs, out _);
    }

    private bool Add(ClientMetric metric, ReadOnlySpan<byte> suffix, ReadOnlySpan<byte> boundName, double bound, double value, long startMs, out KnownLine? line)
    {
        line = Line(metric, suffix, boundName, bound);
        if (line is null)
            return false;
        target.TellStart(line, startMs);
        target.Add(line, metric.HasTime, metric.TimestampMs, ExpositionNumber.Ordinary(value), job, work);
        return Bounded();
    }

    private bool Bounded() => ScrapeBounds.Exceeded(target, work, maxSamples) is not { } exceeded || Fail(exceeded);

    private KnownLine? Line(ClientMetric metric, ReadOnlySpan<byte> suffix, ReadOnlySpan<byte> boundName, double bound)
    {
        var key = work.Key;
        key.Clear();
        key.Append(KeyMark);
        key.Append(_name);
        key.Append(suffix);
        key.Append((byte)0);
        if (!boundName.IsEmpty)
        {
            BitConverter.TryWriteBytes(key.Reserve(sizeof(double)), bound);
            key.Commit(sizeof(double));
        }
        metric.AppendLabels(key);
        return target.Find(key.Span) ?? Learn(metric, suffix, boundName, bound);
    }

    private KnownLine? Learn(ClientMetric metric, ReadOnlySpan<byte> suffix, ReadOnlySpan<byte> boundName, double bound)
    {
        work.Labels.Clear();
        work.Labels.Add("__name__"u8, (byte[])[.. _name, .. suffix]);
        if (!boundName.IsEmpty)
            work.Labels.Add(boundName, Encoding.UTF8.GetBytes(OpenMetricsFloat.Format(bound)));
        if (!ClientMetric.TryLabels(metric.Message, limits.LabelsPerSeries, work.Labels, out var error))
        {
            Fail($"\"{Text.Preview(_name)}\": {error ?? "malformed labels"}");
            return null;
        }
        var line = target.Learn(work.Key.Span, work.Labels, rules, out var fault);
        if (fault is not null)
            Fail(fault);
        return line;
    }

    private bool Exemplar(KnownLine line, ReadOnlySpan<byte> message)
    {
        var hash = KeyedHash.Of(message);
        if (hash == line.LastExemplar)
            return true;
        new ClientExemplar(message).Read(out var value, out var timestampMs);
        work.Labels.Clear();
        if (!ClientMetric.TryLabels(message, limits.LabelsPerSeries, work.Labels, out var error))
            return Fail($"an exemplar of \"{Text.Preview(_name)}\": {error ?? "malformed labels"}");
        target.AddExemplar(line, hash, work.Labels, timestampMs > 0, timestampMs, value, work);
        return true;
    }

    internal static MetricType TypeOf(ulong type) => type switch
    {
        0 => MetricType.Counter,
        1 => MetricType.Gauge,
        2 => MetricType.Summary,
        4 => MetricType.Histogram,
        5 => MetricType.GaugeHistogram,
        _ => MetricType.Unknown,
    };

    private bool Fail(string fault)
    {
        _fault ??= fault;
        return false;
    }
}
