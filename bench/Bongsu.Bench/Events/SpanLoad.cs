using System.Diagnostics;
using System.Net.Http.Headers;
using Bongsu.Bench.SideBySide;

namespace Bongsu.Bench.Events;

/// <summary>Sends traces of twelve spans over six services as OTLP protobuf, 6,000 spans a request, over one connection; about 220 bytes a span. The same every time.</summary>
internal sealed class SpanLoad(int spans, int users, long endNanos)
{
    public const int SpansPerTrace = 12;
    private const int TracesPerRequest = 500;
    private const long RangeNanos = 7200L * 1_000_000_000;

    private static readonly string[] s_services = ["gateway", "orders", "payments", "inventory", "shipping", "notify"];
    private static readonly string[] s_names = ["GET /checkout", "orders.place", "payments.charge", "inventory.reserve", "shipping.quote", "notify.send"];

    private readonly Random _random = new(11);
    private readonly List<double> _requestMs = [];

    public int Traces => spans / SpansPerTrace;
    public long WireBytes { get; private set; }
    public string NeedleTrace { get; private set; } = "";
    public string NeedleUser { get; private set; } = "";
    public double Seconds => _requestMs.Sum() / 1000;
    public double P99Ms => Figures.Quantile(_requestMs, 0.99);

    public async Task RunAsync(string address)
    {
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 1 });
        for (var from = 0; from < Traces; from += TracesPerRequest)
        {
            var body = Body(from, Math.Min(TracesPerRequest, Traces - from));
            WireBytes += body.Length;
            var started = Stopwatch.GetTimestamp();
            while (!await TrySendAsync(http, address, body))
                await Task.Delay(500);
            _requestMs.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
    }

    /// <summary>Makes what an earlier run sent, to know the needle.</summary>
    public void CountOnly()
    {
        for (var from = 0; from < Traces; from += TracesPerRequest)
            Body(from, Math.Min(TracesPerRequest, Traces - from));
    }

    private static async Task<bool> TrySendAsync(HttpClient http, string address, byte[] body)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
        using var response = await http.PostAsync(address, content);
        var answer = await response.Content.ReadAsByteArrayAsync();
        if (response.IsSuccessStatusCode && answer.Length == 0)
            return true;
        if ((int)response.StatusCode is 429 or 503)
            return false;
        throw new InvalidOperationException($"{address} answered {(int)response.StatusCode}: {System.Text.Encoding.UTF8.GetString(answer)}");
    }

    private byte[] Body(int from, int count)
    {
        var scopes = new ProtoWriter[s_services.Length];
        for (var s = 0; s < scopes.Length; s++)
            scopes[s] = new ProtoWriter().Message(1, scope => scope.Text(1, "http"));
        var trace = new byte[16];
        var ids = new byte[SpansPerTrace][];
        for (var t = from; t < from + count; t++)
        {
            _random.NextBytes(trace);
            if (t == Traces / 2)
                NeedleTrace = Convert.ToHexStringLower(trace);
            var start = endNanos - RangeNanos + (long)((double)t / Traces * (RangeNanos - 60_000_000_000L)) + _random.Next(1_000_000);
            var duration = (long)(Math.Exp(_random.NextDouble() * 4.5 + 2) * 1_000_000);
            for (var i = 0; i < SpansPerTrace; i++)
            {
                ids[i] = new byte[8];
                _random.NextBytes(ids[i]);
                WriteSpan(scopes[i % scopes.Length], trace, ids, i, start + i * duration / 40, duration * (SpansPerTrace - i) / SpansPerTrace);
            }
        }
        var request = new ProtoWriter();
        for (var s = 0; s < scopes.Length; s++)
        {
            var service = s;
            request.Message(1, resourceSpans => resourceSpans
                .Message(1, resource => resource.Message(1, a => Attribute(a, "service.name", s_services[service])).Message(1, a => Attribute(a, "service.version", "1.42.0"))
                    .Message(1, a => Attribute(a, "service.instance.id", s_services[service] + "-1")))
                .Bytes(2, scopes[service].Written));
        }
        return request.ToArray();
    }

    private void WriteSpan(ProtoWriter scope, byte[] trace, byte[][] ids, int i, long start, long duration)
    {
        var isError = _random.Next(100) == 0;
        var user = "u" + _random.Next(users);
        // That of the last span before the needle's trace is known: any will do.
        if (NeedleTrace.Length == 0)
            NeedleUser = user;
        var span = new ProtoWriter();
        span.Bytes(1, trace).Bytes(2, ids[i]);
        if (i > 0)
            span.Bytes(4, ids[(i - 1) / 2]);
        span.Text(5, s_names[i % s_names.Length]).Number(6, i % 2 == 0 ? 2u : 3u).Fixed64(7, (ulong)start).Fixed64(8, (ulong)(start + duration))
            .Message(9, a => Attribute(a, "http.request.method", i % 3 == 0 ? "POST" : "GET"))
            .Message(9, a => Attribute(a, "http.route", "/checkout"))
            .Message(9, a => a.Text(1, "http.response.status_code").Message(2, v => v.Number(3, isError ? 500u : 200u)))
            .Message(9, a => Attribute(a, "user.id", user));
        if (isError)
            span.Message(15, status => status.Text(2, "upstream timed out").Number(3, 2));
        scope.Bytes(2, span.Written);
    }

    private static void Attribute(ProtoWriter attribute, string key, string value) => attribute.Text(1, key).Message(2, v => v.Text(1, value));
}
