using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;
using Bongsu.Telemetry.Metrics;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Testing.Conformance;

/// <summary>Small batches for tests of stores, and what comes back as values that compare.</summary>
public static class TelemetryFixtures
{
    public static MetricBatch Samples(LabelSet labels, params ReadOnlySpan<(long TimeMs, double Value)> samples)
    {
        var batch = new MetricBatch();
        var series = batch.AddSeries(labels.Bytes);
        foreach (var (time, value) in samples)
            batch.AddSample(series, time, value);
        return batch;
    }

    public static LogBatch Logs(LabelSet stream, params ReadOnlySpan<(long TimeNanos, string Body)> lines)
    {
        var batch = new LogBatch();
        batch.Streams.Add(batch.Arena.Append(stream.Bytes));
        foreach (var (time, body) in lines)
        {
            batch.Records.Add(new LogRecord
            {
                Resource = -1,
                Scope = -1,
                TimeUnixNano = time,
                Body = AttributeValue.OfString(batch.Arena.Append(body)),
            });
        }
        return batch;
    }

    /// <summary>One span with a resource, attributes of every kind, an event and a link.</summary>
    public static SpanBatch RichSpan(TraceId trace, SpanId id, string service, string name, long startNanos, long durationNanos = 1_000_000)
    {
        var batch = new SpanBatch();
        var table = batch.Attributes;
        table.Add("service.name", service);
        batch.Resources.Add(new Resource(table.Since(0), batch.Arena.Append("https://schema")));
        batch.Scopes.Add(new Scope(batch.Arena.Append("scope"), batch.Arena.Append("1.2"), AttributeRange.Empty, Slice.Empty));
        var start = table.Count;
        table.Add("text", "값");
        table.Add(batch.Arena.Append("int"), AttributeValue.OfInt(long.MinValue));
        table.Add(batch.Arena.Append("bool"), AttributeValue.OfBool(true));
        table.Add(batch.Arena.Append("double"), AttributeValue.OfDouble(double.NaN));
        table.Add(batch.Arena.Append("none"), default);
        table.Add(batch.Arena.Append("bytes"), new AttributeValue(AttributeKind.Bytes, 0, batch.Arena.Append([0, 255])));
        var attributes = table.Since(start);
        start = table.Count;
        table.Add("exception.type", "Boom");
        batch.Events.Add(new SpanEvent(startNanos + 5, batch.Arena.Append("exception"), table.Since(start), 1));
        start = table.Count;
        table.Add("why", "retry");
        batch.Links.Add(new SpanLink(new TraceId(7, 7), new SpanId(8), batch.Arena.Append("a=b"), table.Since(start), 2, 1));
        batch.Spans.Add(new Telemetry.Spans.Span
        {
            Resource = 0,
            Scope = 0,
            TraceId = trace,
            SpanId = id,
            ParentSpanId = new SpanId(id.Value - 1),
            TraceState = batch.Arena.Append("x=y"),
            Flags = 1,
            Name = batch.Arena.Append(name),
            Kind = SpanKind.Server,
            Status = SpanStatus.Error,
            StatusMessage = batch.Arena.Append("broken"),
            StartUnixNano = startNanos,
            EndUnixNano = startNanos + durationNanos,
            Attributes = attributes,
            EventCount = 1,
            LinkCount = 1,
            DroppedAttributes = 3,
            DroppedEvents = 4,
            DroppedLinks = 5,
        });
        return batch;
    }

    public static string Describe(LogBatch batch, int row)
    {
        var r = batch.Records[row];
        return $"{LabelSet.FromCanonical(batch.StreamLabels(r.Stream))} {r.TimeUnixNano} {r.ObservedTimeUnixNano} {r.SeverityNumber} {batch.Arena.GetString(r.SeverityText)} "
            + $"{r.Body.Kind}:{batch.BodyText(row)} {batch.Arena.GetString(r.EventName)} {r.TraceId} {r.SpanId} {r.Flags} {r.DroppedAttributes} "
            + $"[{Describe(batch.Attributes, r.Attributes)}] {(r.Resource < 0 ? "-" : Describe(batch.Attributes, batch.Resources[r.Resource]))} {(r.Scope < 0 ? "-" : Describe(batch.Attributes, batch.Scopes[r.Scope]))}";
    }

    public static string Describe(SpanBatch batch, int row)
    {
        var s = batch.Spans[row];
        var events = new List<string>();
        for (var i = s.EventStart; i < s.EventStart + s.EventCount; i++)
        {
            var e = batch.Events[i];
            events.Add($"{e.TimeUnixNano} {batch.Arena.GetString(e.Name)} {e.DroppedAttributes} [{Describe(batch.Attributes, e.Attributes)}]");
        }
        var links = new List<string>();
        for (var i = s.LinkStart; i < s.LinkStart + s.LinkCount; i++)
        {
            var l = batch.Links[i];
            links.Add($"{l.TraceId} {l.SpanId} {batch.Arena.GetString(l.TraceState)} {l.DroppedAttributes} {l.Flags} [{Describe(batch.Attributes, l.Attributes)}]");
        }
        return $"{s.TraceId} {s.SpanId} {s.ParentSpanId} {batch.Arena.GetString(s.TraceState)} {s.Flags} {batch.Arena.GetString(s.Name)} {s.Kind} {s.Status} "
            + $"{batch.Arena.GetString(s.StatusMessage)} {s.StartUnixNano} {s.EndUnixNano} {s.DroppedAttributes} {s.DroppedEvents} {s.DroppedLinks} "
            + $"[{Describe(batch.Attributes, s.Attributes)}] events {string.Join(";", events)} links {string.Join(";", links)} "
            + $"{(s.Resource < 0 ? "-" : Describe(batch.Attributes, batch.Resources[s.Resource]))} {(s.Scope < 0 ? "-" : Describe(batch.Attributes, batch.Scopes[s.Scope]))}";
    }

    private static string Describe(AttributeTable table, AttributeRange range)
    {
        var parts = new List<string>();
        for (var row = range.Start; row < range.Start + range.Count; row++)
            parts.Add($"{table.Arena.GetString(table.Keys[row])}={table.Values[row].Kind}:{table.Values[row].Bits:x}:{Convert.ToHexString(table.Arena.Get(table.Values[row].Payload))}");
        return string.Join(",", parts);
    }

    private static string Describe(AttributeTable table, Resource resource) => $"resource {table.Arena.GetString(resource.SchemaUrl)} [{Describe(table, resource.Attributes)}]";

    private static string Describe(AttributeTable table, Scope scope) =>
        $"scope {table.Arena.GetString(scope.Name)} {table.Arena.GetString(scope.Version)} {table.Arena.GetString(scope.SchemaUrl)} [{Describe(table, scope.Attributes)}]";
}
