using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Bench.Sampling;

/// <summary>
/// Traces of eight spans that come in over about a second and a half, children before their root, many traces at a time; some have no root, some a span long after it.
/// What a trace is, and so what has to become of it, follows from its number alone.
/// </summary>
internal sealed class TraceLoad(int spansPerSecond)
{
    public const int TicksPerSecond = 10;
    public const int SpansPerTrace = 8;

    // Behind the root, when the trace is decided: a grace of 5 s and a second of the loop.
    private const int LateTicks = 12 * TicksPerSecond;

    private readonly List<(long Trace, int Span)>[] _due = [.. Enumerable.Range(0, LateTicks + 32).Select(_ => new List<(long, int)>())];
    private double _owed;
    private long _tick;

    public long Traces { get; private set; }

    public long Spans { get; private set; }

    public static TraceId IdOf(long trace) => new(Mix((ulong)trace), Mix((ulong)trace ^ 0x5DEECE66D));

    public static TraceFate FateOf(long trace) => (Mix((ulong)trace + 77) % 1000) switch
    {
        < 50 => TraceFate.Probe,
        < 60 => TraceFate.Error,
        < 70 => TraceFate.Slow,
        < 80 => TraceFate.Wanted,
        _ => TraceFate.Ordinary,
    };

    public static bool HasRoot(long trace) => Mix((ulong)trace + 5) % 20 != 0;

    public static bool HasLateSpan(long trace) => Mix((ulong)trace + 9) % 100 == 0;

    public static int SpansOf(long trace) => SpansPerTrace - (HasRoot(trace) ? 0 : 1) + (HasLateSpan(trace) ? 1 : 0);

    /// <summary>Fills a batch with the spans of the next tick.</summary>
    /// <param name="batch">Cleared first.</param>
    /// <param name="nowNanos">When they end.</param>
    /// <param name="startsTraces">False: what has begun goes on to its end.</param>
    public void Next(SpanBatch batch, long nowNanos, bool startsTraces)
    {
        batch.Clear();
        var resource = Resource(batch);
        _owed += startsTraces ? (double)spansPerSecond / TicksPerSecond / SpansPerTrace : -_owed;
        for (; _owed >= 1; _owed--)
            Begin(Traces++);
        var due = _due[_tick % _due.Length];
        foreach (var (trace, span) in due)
            Add(batch, resource, trace, span, nowNanos);
        Spans += due.Count;
        due.Clear();
        _tick++;
    }

    private void Begin(long trace)
    {
        for (var span = 0; span < SpansPerTrace; span++)
        {
            if (span < SpansPerTrace - 1 || HasRoot(trace))
                _due[(_tick + span * 2) % _due.Length].Add((trace, span));
        }
        if (HasLateSpan(trace))
            _due[(_tick + SpansPerTrace * 2 + LateTicks) % _due.Length].Add((trace, SpansPerTrace));
    }

    private static int Resource(SpanBatch batch)
    {
        var start = batch.Attributes.Count;
        batch.Attributes.Add("service.name", "checkout");
        batch.Attributes.Add("service.version", "4.2.0");
        batch.Attributes.Add("deployment.environment.name", "production");
        batch.Resources.Add(new Resource(batch.Attributes.Since(start), default));
        return batch.Resources.Count - 1;
    }

    private static void Add(SpanBatch batch, int resource, long trace, int span, long nowNanos)
    {
        var fate = FateOf(trace);
        var start = batch.Attributes.Count;
        batch.Attributes.Add("http.request.method", "GET");
        batch.Attributes.Add("http.route", fate == TraceFate.Probe ? "/healthz" : "/orders/{id}");
        batch.Attributes.Add("server.address", "orders.internal.example");
        batch.Attributes.Add("user.id", $"u{Mix((ulong)trace) % 1_000_000:d7}");
        batch.Attributes.Add("request.id", $"{Mix((ulong)trace + 1):x16}");
        batch.Attributes.Add("thread.name", $"worker-{span}");
        if (fate == TraceFate.Wanted && span == 3)
            batch.Attributes.Add("customer", "vip");
        batch.Attributes.Add(batch.Arena.Append("http.response.status_code"), AttributeValue.OfInt(200));
        var isRoot = span == SpansPerTrace - 1;
        batch.Spans.Add(new Span
        {
            Resource = resource,
            Scope = -1,
            TraceId = IdOf(trace),
            SpanId = new SpanId(Mix((ulong)(trace * 16 + span + 1))),
            ParentSpanId = isRoot ? default : new SpanId(Mix((ulong)(trace * 16 + SpansPerTrace))),
            Name = batch.Arena.Append(isRoot ? "GET /orders/{id}" : "SELECT orders"),
            Kind = isRoot ? SpanKind.Server : SpanKind.Client,
            Status = fate == TraceFate.Error && span == 2 ? SpanStatus.Error : SpanStatus.Unset,
            StartUnixNano = nowNanos - (fate == TraceFate.Slow && span == 4 ? 1_500_000_000 : 20_000_000),
            EndUnixNano = nowNanos,
            Attributes = batch.Attributes.Since(start),
        });
    }

    private static ulong Mix(ulong x)
    {
        x = (x ^ (x >> 33)) * 0xFF51AFD7ED558CCD + 0x9E3779B97F4A7C15;
        x = (x ^ (x >> 29)) * 0xC4CEB9FE1A85EC53;
        return x ^ (x >> 32);
    }
}
