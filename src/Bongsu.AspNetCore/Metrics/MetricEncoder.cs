using Bongsu.AspNetCore.Export;
using Bongsu.AspNetCore.Options;

namespace Bongsu.AspNetCore.Metrics;

/// <summary>Writes instruments as an OTLP ExportMetricsServiceRequest with cumulative values, grouped by meter. Used by one worker.</summary>
internal sealed class MetricEncoder(ServiceIdentity identity, AttributeEncoder attributes, TimeProvider time)
{
    private const ulong Cumulative = 2;

    /// <summary>Returns the number of data points written.</summary>
    public int Encode(ProtoWriter writer, IEnumerable<InstrumentState> states)
    {
        var now = UnixTime.Nanos(time.GetUtcNow());
        var points = 0;
        var resourceMetrics = writer.Begin(1);
        attributes.Resource(writer, 1, identity.Attributes);
        foreach (var meter in states.GroupBy(s => (s.Identity.Meter, s.Identity.MeterVersion)))
        {
            var scopeMetrics = writer.Begin(2);
            AttributeEncoder.Scope(writer, 1, meter.Key.Meter, meter.Key.MeterVersion);
            foreach (var state in meter)
                points += Metric(writer, state, now);
            writer.End(scopeMetrics);
        }
        writer.End(resourceMetrics);
        return points;
    }

    private int Metric(ProtoWriter writer, InstrumentState state, ulong now)
    {
        var points = state.Points();
        if (points.Count == 0)
            return 0;
        var metric = writer.Begin(2);
        writer.Text(1, state.Identity.Name);
        if (!string.IsNullOrEmpty(state.Description))
            writer.Text(2, state.Description);
        if (!string.IsNullOrEmpty(state.Identity.Unit))
            writer.Text(3, state.Identity.Unit);
        switch (state.Identity.Kind)
        {
            case InstrumentKind.Histogram: Histogram(writer, state, points, now); break;
            case InstrumentKind.Gauge: Numbers(writer, 5, state, points, now); break;
            default: Numbers(writer, 7, state, points, now); break;
        }
        writer.End(metric);
        return points.Count;
    }

    private void Numbers(ProtoWriter writer, int field, InstrumentState state, List<MetricPoint> points, ulong now)
    {
        var kind = state.Identity.Kind;
        var numbers = writer.Begin(field);
        foreach (var point in points)
        {
            var start = writer.Begin(1);
            attributes.All(writer, 7, point.Tags.Tags);
            if (kind != InstrumentKind.Gauge)
                writer.Fixed64(2, point.StartNanos);
            writer.Fixed64(3, now);
            if (state.Identity.IsInteger)
                writer.Fixed64(6, (ulong)point.Integer);
            else
                writer.Double(4, point.Number);
            writer.End(start);
        }
        if (kind != InstrumentKind.Gauge)
        {
            writer.Varint(2, Cumulative);
            writer.Varint(3, kind == InstrumentKind.Counter ? 1UL : 0UL);
        }
        writer.End(numbers);
    }

    private void Histogram(ProtoWriter writer, InstrumentState state, List<MetricPoint> points, ulong now)
    {
        var histogram = writer.Begin(9);
        foreach (var point in points)
        {
            var values = point.Histogram();
            var start = writer.Begin(1);
            writer.Fixed64(2, point.StartNanos);
            writer.Fixed64(3, now);
            writer.Fixed64(4, (ulong)values.Count);
            writer.Double(5, values.Sum);
            writer.PackedFixed64(6, values.Buckets);
            writer.PackedDouble(7, state.Bounds);
            foreach (var exemplar in values.Exemplars)
                Exemplar(writer, exemplar);
            attributes.All(writer, 9, point.Tags.Tags);
            if (values.Count > 0)
            {
                writer.Double(11, values.Min);
                writer.Double(12, values.Max);
            }
            writer.End(start);
        }
        writer.Varint(2, Cumulative);
        writer.End(histogram);
    }

    private static void Exemplar(ProtoWriter writer, MetricExemplar exemplar)
    {
        Span<byte> id = stackalloc byte[16];
        var start = writer.Begin(8);
        writer.Fixed64(2, exemplar.TimeNanos);
        writer.Double(3, exemplar.Value);
        exemplar.SpanId.CopyTo(id[..8]);
        writer.Bytes(4, id[..8]);
        exemplar.TraceId.CopyTo(id);
        writer.Bytes(5, id);
        writer.End(start);
    }
}
