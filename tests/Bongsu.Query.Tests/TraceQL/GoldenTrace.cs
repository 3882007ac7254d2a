using System.Globalization;
using System.Text;
using Bongsu.Query.Tests.Golden;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Query.Tests.TraceQL;

/// <summary>
/// Reads <c>trace N</c>: a span a line, <c>id parent service name start duration key=value …</c>. A key is kind, status, message, state (the trace state),
/// scope or scope.version, resource.x, instrumentation.x, event.x, link.x or an attribute of the span; <c>event.name</c> begins a further event,
/// <c>link.to=trace/span</c> a further link. A value in brackets is an array.
/// </summary>
internal static class GoldenTrace
{
    private static readonly string[] OwnKeys = ["kind", "status", "message", "state", "scope", "scope.version"];
    private static readonly string[] Scopes = ["resource.", "instrumentation.", "event.", "link."];

    public static SpanBatch Read(GoldenBlock block)
    {
        var batch = new SpanBatch();
        foreach (var line in block.Lines)
            Add(batch, ulong.Parse(block.Argument, CultureInfo.InvariantCulture), line.Split(' '));
        return batch;
    }

    public static SpanId SpanId(ulong trace, string id) => new(trace * 100 + ulong.Parse(id, CultureInfo.InvariantCulture));

    private static void Add(SpanBatch batch, ulong trace, string[] words)
    {
        var pairs = words.Skip(6).Select(w => w.Split('=', 2)).Select(p => (Key: p[0], Text: p[1])).ToList();
        string? Named(string key) => pairs.Where(p => p.Key == key).Select(p => p.Text).FirstOrDefault();
        batch.Resources.Add(new Resource(Range(batch, [("service.name", words[2]), .. Scoped(pairs, "resource.")]), default));
        if (Named("scope") is { } scope)
            batch.Scopes.Add(new Scope(batch.Arena.Append(scope), batch.Arena.Append(Named("scope.version") ?? ""), Range(batch, Scoped(pairs, "instrumentation.")), default));
        var start = GoldenBlock.Nanos(words[4]);
        int eventStart = batch.Events.Count, linkStart = batch.Links.Count;
        foreach (var e in Parts(Scoped(pairs, "event."), "name"))
            batch.Events.Add(new SpanEvent(start + 1_000_000 * (batch.Events.Count - eventStart), batch.Arena.Append(e[0].Text), Range(batch, e.Skip(1)), 0));
        foreach (var link in Parts(Scoped(pairs, "link."), "to"))
        {
            var to = link[0].Text.Split('/');
            var toTrace = ulong.Parse(to[0], CultureInfo.InvariantCulture);
            batch.Links.Add(new SpanLink(new TraceId(0, toTrace), SpanId(toTrace, to[1]), default, Range(batch, link.Skip(1)), 0, 0));
        }
        batch.Spans.Add(new Span
        {
            Resource = batch.Resources.Count - 1,
            Scope = Named("scope") is null ? -1 : batch.Scopes.Count - 1,
            TraceId = new TraceId(0, trace),
            SpanId = SpanId(trace, words[0]),
            ParentSpanId = words[1] == "-" ? default : SpanId(trace, words[1]),
            Name = batch.Arena.Append(words[3]),
            StartUnixNano = start,
            EndUnixNano = start + GoldenBlock.Nanos(words[5]),
            Kind = Named("kind") is { } kind ? Enum.Parse<SpanKind>(kind, ignoreCase: true) : SpanKind.Internal,
            Status = Named("status") is { } status ? Enum.Parse<SpanStatus>(status, ignoreCase: true) : SpanStatus.Unset,
            StatusMessage = batch.Arena.Append(Named("message") ?? ""),
            TraceState = batch.Arena.Append(Named("state") ?? ""),
            EventStart = eventStart,
            EventCount = batch.Events.Count - eventStart,
            LinkStart = linkStart,
            LinkCount = batch.Links.Count - linkStart,
            Attributes = Range(batch, pairs.Where(p => !OwnKeys.Contains(p.Key) && !Scopes.Any(s => p.Key.StartsWith(s, StringComparison.Ordinal)))),
        });
    }

    private static List<(string Key, string Text)> Scoped(IEnumerable<(string Key, string Text)> pairs, string scope) =>
        [.. pairs.Where(p => p.Key.StartsWith(scope, StringComparison.Ordinal)).Select(p => (p.Key[scope.Length..], p.Text))];

    private static List<List<(string Key, string Text)>> Parts(List<(string Key, string Text)> pairs, string first)
    {
        var parts = new List<List<(string Key, string Text)>>();
        foreach (var pair in pairs)
        {
            if (pair.Key == first)
                parts.Add([]);
            parts[^1].Add(pair);
        }
        return parts;
    }

    private static AttributeRange Range(SpanBatch batch, IEnumerable<(string Key, string Text)> pairs)
    {
        var start = batch.Attributes.Count;
        foreach (var (key, text) in pairs)
            batch.Attributes.Add(batch.Arena.Append(key), Value(batch, text));
        return batch.Attributes.Since(start);
    }

    private static AttributeValue Value(SpanBatch batch, string text)
    {
        if (text.StartsWith('['))
            return new AttributeValue(AttributeKind.Array, 0, batch.Arena.Append(Array(text[1..^1].Split(','))));
        if (long.TryParse(text, CultureInfo.InvariantCulture, out var whole))
            return AttributeValue.OfInt(whole);
        if (double.TryParse(text, CultureInfo.InvariantCulture, out var number))
            return AttributeValue.OfDouble(number);
        return bool.TryParse(text, out var yes) ? AttributeValue.OfBool(yes) : AttributeValue.OfString(batch.Arena.Append(text));
    }

    // OTLP's ArrayValue of texts shorter than 100 bytes and whole numbers from 0 to 127.
    private static byte[] Array(string[] items)
    {
        var bytes = new List<byte>();
        foreach (var item in items)
        {
            byte[] any = byte.TryParse(item, CultureInfo.InvariantCulture, out var number) ? [3 << 3, number] : [(1 << 3) | 2, (byte)item.Length, .. Encoding.UTF8.GetBytes(item)];
            bytes.AddRange([(1 << 3) | 2, (byte)any.Length, .. any]);
        }
        return [.. bytes];
    }
}
