namespace Bongsu.Ingest.Tests;

/// <summary>OTLP requests for tests.</summary>
internal static class Otlp
{
    /// <summary>2026-11-19 14:00:00 UTC: the start of the manual clock.</summary>
    public const ulong Now = 1_795_096_800_000_000_000;

    public const ulong Second = 1_000_000_000;

    public static readonly byte[] TraceId = [.. Enumerable.Range(1, 16).Select(i => (byte)i)];

    public static Proto Any(object? value) => value switch
    {
        null => new Proto(),
        string text => new Proto().Text(1, text),
        bool b => new Proto().Varint(2, b ? 1u : 0),
        int i => new Proto().Varint(3, (ulong)i),
        long l => new Proto().Varint(3, (ulong)l),
        double d => new Proto().Double(4, d),
        byte[] bytes => new Proto().Data(7, bytes),
        object[] array => new Proto().Message(5, new Proto().Each(1, array, Any)),
        Dictionary<string, object> map => new Proto().Message(6, new Proto().Each(1, map, pair => KeyValue(pair.Key, pair.Value))),
        Proto raw => raw,
        _ => throw new ArgumentException(value.GetType().Name),
    };

    public static Proto KeyValue(string key, object? value) => new Proto().Text(1, key).Message(2, Any(value));

    public static Proto Resource(params (string Key, object Value)[] attributes) => new Proto().Each(1, attributes, a => KeyValue(a.Key, a.Value));

    public static Proto Service(string name) => Resource(("service.name", name));

    public static byte[] Request(Proto resource, params Proto[] items) =>
        new Proto().Message(1, new Proto().Message(1, resource).Message(2, new Proto().Message(1, new Proto().Text(1, "lib").Text(2, "1.0")).Each(2, items, i => i))).Bytes;

    public static byte[] SpanId(int id) => [0, 0, 0, 0, 0, 0, (byte)(id >> 8), (byte)id];

    /// <summary>A span of one second.</summary>
    public static Proto Span(int id, string name = "GET /", int parent = 0, int kind = 2, params (string Key, object Value)[] attributes)
    {
        var span = new Proto().Data(1, TraceId).Data(2, SpanId(id)).Text(5, name).Varint(6, (ulong)kind).Fixed64(7, Now - Second).Fixed64(8, Now);
        if (parent != 0)
            span.Data(4, SpanId(parent));
        return span.Each(9, attributes, a => KeyValue(a.Key, a.Value));
    }

    public static Proto Log(object? body, int severity = 9, ulong time = Now, params (string Key, object Value)[] attributes) =>
        new Proto().Fixed64(1, time).Varint(2, (ulong)severity).Message(5, Any(body)).Each(6, attributes, a => KeyValue(a.Key, a.Value));

    public static Proto Number(double value, ulong time = Now, ulong start = 0, params (string Key, object Value)[] attributes) =>
        new Proto().Fixed64(2, start).Fixed64(3, time).Double(4, value).Each(7, attributes, a => KeyValue(a.Key, a.Value));

    public static Proto Gauge(string name, string unit, params Proto[] points) =>
        new Proto().Text(1, name).Text(2, "help").Text(3, unit).Message(5, new Proto().Each(1, points, p => p));

    public static Proto Sum(string name, string unit, bool monotonic, int temporality, params Proto[] points) =>
        new Proto().Text(1, name).Text(3, unit).Message(7, new Proto().Each(1, points, p => p).Varint(2, (ulong)temporality).Varint(3, monotonic ? 1u : 0));

    public static Proto Histogram(string name, string unit, int temporality, params Proto[] points) =>
        new Proto().Text(1, name).Text(3, unit).Message(9, new Proto().Each(1, points, p => p).Varint(2, (ulong)temporality));

    public static Proto Exponential(string name, int temporality, params Proto[] points) =>
        new Proto().Text(1, name).Message(10, new Proto().Each(1, points, p => p).Varint(2, (ulong)temporality));
}
