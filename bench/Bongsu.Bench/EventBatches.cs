using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Bench;

/// <summary>Decoded logs and spans of one service, as the stages of the pipeline get them.</summary>
internal static class EventBatches
{
    public static LogBatch Logs(int count)
    {
        var batch = new LogBatch();
        batch.Streams.Add(batch.Arena.Append(LabelSet.Of(("service_name", "orders"), ("level", "info")).Bytes));
        for (var i = 0; i < count; i++)
        {
            var line = $"{{\"ts\":\"2026-11-21T10:20:30.123Z\",\"level\":\"info\",\"msg\":\"order {i} placed\",\"trace_id\":\"{i:x32}\",\"route\":\"/orders/{{id}}\",\"duration_ms\":{i % 300},\"user_id\":\"u{i % 1000}\"}}";
            batch.Records.Add(new LogRecord { Resource = -1, Scope = -1, TimeUnixNano = i, Body = AttributeValue.OfString(batch.Arena.Append(line)) });
        }
        return batch;
    }

    public static SpanBatch Spans(int count)
    {
        var batch = new SpanBatch();
        batch.Attributes.Add("service.name", "orders");
        batch.Resources.Add(new Resource(batch.Attributes.Since(0), default));
        for (var i = 0; i < count; i++)
        {
            var start = batch.Attributes.Count;
            batch.Attributes.Add("http.request.method", "POST");
            batch.Attributes.Add("http.route", "/orders/{id}");
            batch.Attributes.Add(batch.Arena.Append("http.response.status_code"), AttributeValue.OfInt(200));
            batch.Attributes.Add("server.address", "orders.internal");
            batch.Attributes.Add("user.id", $"u{i % 1000}");
            batch.Spans.Add(new Span
            {
                Scope = -1,
                TraceId = new TraceId((ulong)i, (ulong)i * 0x9E3779B97F4A7C15),
                SpanId = new SpanId((ulong)i + 1),
                Name = batch.Arena.Append("POST /orders/{id}"),
                Kind = SpanKind.Server,
                Attributes = batch.Attributes.Since(start),
                EndUnixNano = 5_000_000,
            });
        }
        return batch;
    }
}
