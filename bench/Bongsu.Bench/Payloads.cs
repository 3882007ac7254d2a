using System.Security.Cryptography;

namespace Bongsu.Bench;

/// <summary>What real senders send, made anew for each request: ids, times and values differ, names repeat.</summary>
internal static class Payloads
{
    public const int SpansPerRequest = 600;
    public const int LogsPerRequest = 500;
    public const int SeriesPerRequest = 2000;
    public const int SeriesInAll = 10_000;

    private static readonly string[] Services = ["gateway", "orders", "payments", "inventory", "worker", "notify"];

    /// <summary>Traces of twelve spans over six services, about 220 bytes a span.</summary>
    public static byte[] Spans(long nowNanos, Random random)
    {
        var request = new ProtoWriter();
        var traces = new byte[SpansPerRequest / 12][];
        for (var i = 0; i < traces.Length; i++)
            traces[i] = RandomNumberGenerator.GetBytes(16);
        foreach (var service in Services)
        {
            request.Message(1, resourceSpans => resourceSpans
                .Message(1, resource => Resource(resource, service))
                .Message(2, scopeSpans =>
                {
                    scopeSpans.Message(1, scope => scope.Text(1, "http"));
                    foreach (var trace in traces)
                    {
                        scopeSpans.Message(2, span => Span(span, trace, 2, nowNanos, random));
                        scopeSpans.Message(2, span => Span(span, trace, 3, nowNanos, random));
                    }
                }));
        }
        return request.ToArray();
    }

    /// <summary>Lines of about 250 bytes with five fields.</summary>
    public static byte[] Logs(long nowNanos, Random random)
    {
        var request = new ProtoWriter();
        request.Message(1, resourceLogs => resourceLogs
            .Message(1, resource => Resource(resource, Services[random.Next(Services.Length)]))
            .Message(2, scopeLogs =>
            {
                for (var i = 0; i < LogsPerRequest; i++)
                {
                    var line = i;
                    scopeLogs.Message(2, record => record
                        .Fixed64(1, (ulong)(nowNanos + line))
                        .Number(2, line % 100 == 0 ? 17u : 9u)
                        .Message(5, body => body.Text(1, $"POST /checkout finished for order {random.Next(1_000_000)} of customer {random.Next(50_000)} in {random.Next(2000)} ms with {random.Next(9)} items"))
                        .Message(6, a => Attribute(a, "http.route", "/checkout"))
                        .Message(6, a => Attribute(a, "http.request.method", "POST"))
                        .Message(6, a => Attribute(a, "request_id", random.NextInt64().ToString("x16")))
                        .Message(6, a => a.Text(1, "duration_ms").Message(2, v => v.Number(3, (ulong)random.Next(2000))))
                        .Bytes(9, RandomNumberGenerator.GetBytes(16)));
                }
            }));
        return request.ToArray();
    }

    /// <summary>One sample each of some of 10,000 series, in snappy, as Prometheus sends them.</summary>
    public static byte[] RemoteWrite(long nowMs, int firstSeries, Random random)
    {
        var request = new ProtoWriter();
        for (var i = 0; i < SeriesPerRequest; i++)
        {
            var series = (firstSeries + i) % SeriesInAll;
            request.Message(1, timeSeries => timeSeries
                .Message(1, l => l.Text(1, "__name__").Text(2, "http_server_request_duration_seconds_bucket"))
                .Message(1, l => l.Text(1, "http_request_method").Text(2, "GET"))
                .Message(1, l => l.Text(1, "http_route").Text(2, $"/api/v1/resource/{series / 14 % 40}"))
                .Message(1, l => l.Text(1, "instance").Text(2, $"10.0.{series / 560 % 256}.1:8080"))
                .Message(1, l => l.Text(1, "job").Text(2, Services[series / 560 % Services.Length]))
                .Message(1, l => l.Text(1, "le").Text(2, $"{series % 14 * 0.25}"))
                .Message(2, s => s.Double(1, nowMs / 1000 % 100_000 + random.Next(10)).Number(2, (ulong)nowMs)));
        }
        return SnappyWriter.Compress(request.Written);
    }

    private static void Resource(ProtoWriter resource, string service) => resource
        .Message(1, a => Attribute(a, "service.name", service))
        .Message(1, a => Attribute(a, "service.version", "1.42.0"))
        .Message(1, a => Attribute(a, "service.instance.id", service + "-1"));

    private static void Span(ProtoWriter span, byte[] trace, ulong kind, long nowNanos, Random random)
    {
        var duration = random.Next(1_000_000, 200_000_000);
        span.Bytes(1, trace).Bytes(2, RandomNumberGenerator.GetBytes(8)).Bytes(4, RandomNumberGenerator.GetBytes(8))
            .Text(5, "POST /checkout").Number(6, kind)
            .Fixed64(7, (ulong)(nowNanos - duration)).Fixed64(8, (ulong)nowNanos)
            .Message(9, a => Attribute(a, "http.request.method", "POST"))
            .Message(9, a => Attribute(a, "http.route", "/checkout"))
            .Message(9, a => a.Text(1, "http.response.status_code").Message(2, v => v.Number(3, 200)))
            .Message(9, a => Attribute(a, "user.id", "u" + random.Next(100_000)));
    }

    private static void Attribute(ProtoWriter attribute, string key, string value) => attribute.Text(1, key).Message(2, v => v.Text(1, value));
}
