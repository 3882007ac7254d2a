using System.Text;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Ingest.Decode.Otlp;

/// <summary>Reads OTLP exemplars; the ids become the labels trace_id and span_id, filtered attributes the others. Not thread-safe.</summary>
internal sealed class ExemplarDecoder(AttributeDecoder attributes, IngestLimits limits)
{
    /// <summary>Prometheus' bound on the labels of an exemplar, in characters, taken as bytes here.</summary>
    private const int MaxLabelBytes = 128;

    private readonly AttributeTable _table = new(new ByteArena());
    private readonly LabelBuffer _labels = new();
    private readonly ByteBuffer _name = new();

    /// <summary>False when it is unusable (no time, no finite value): an exemplar is a hint, and goes without a rejection.</summary>
    public bool TryRead(ReadOnlySpan<byte> message, long pointMs, out Exemplar exemplar)
    {
        exemplar = default;
        _table.Clear();
        _table.Arena.Clear();
        ulong time = 0;
        var value = double.NaN;
        TraceId trace = default;
        SpanId span = default;
        var dropped = 0;
        var fields = new ProtoReader(message);
        while (fields.Read())
        {
            switch (fields.Field, fields.Wire)
            {
                case (2, ProtoWire.Fixed64): time = fields.Number; break;
                case (3, ProtoWire.Fixed64): value = BitConverter.UInt64BitsToDouble(fields.Number); break;
                case (4, ProtoWire.Bytes): span = SpanId.FromBytes(fields.Bytes); break;
                case (5, ProtoWire.Bytes): trace = TraceId.FromBytes(fields.Bytes); break;
                case (6, ProtoWire.Fixed64): value = (long)fields.Number; break;
                case (7, ProtoWire.Bytes):
                    if (!attributes.Add(_table, 0, fields.Bytes, ref dropped))
                        return false;
                    break;
            }
        }
        if (!double.IsFinite(value) || time > OtlpMessage.MaxNanos)
            return false;
        exemplar = new Exemplar(Labels(trace, span), time == 0 ? pointMs : (long)(time / 1_000_000), value);
        return true;
    }

    private LabelSet Labels(TraceId trace, SpanId span)
    {
        _labels.Clear();
        if (!trace.IsEmpty)
            _labels.Add("trace_id"u8, trace.ToString());
        if (!span.IsEmpty)
            _labels.Add("span_id"u8, span.ToString());
        var size = trace.IsEmpty ? 0 : 64;
        for (var row = 0; row < _table.Count; row++)
        {
            MetricNames.Label(_table.Key(row), _name);
            var value = Encoding.UTF8.GetBytes(_table.Text(row));
            size += _name.Length + value.Length;
            if (size > MaxLabelBytes || _labels.Count >= limits.LabelsPerSeries)
                break;
            if (_name.Length > 0 && _labels.Find(_name.Span) < 0)
                _labels.Add(_name.Span, value);
        }
        _labels.Canonical(out var canonical);
        return LabelSet.FromCanonical(canonical);
    }
}
