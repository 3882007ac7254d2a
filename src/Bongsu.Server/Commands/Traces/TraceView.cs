using System.Globalization;
using System.Text.Json;

namespace Bongsu.Server.Commands.Traces;

/// <summary>A trace as it is shown: its spans as a tree, in the order of their starts, and its critical path. Immutable.</summary>
internal sealed record TraceView(JsonElement Analysis, IReadOnlyList<ShownSpan> Spans, IReadOnlyList<(ShownSpan Span, long FromNanos, long ToNanos)> CriticalPath)
{
    public static TraceView Of(JsonElement analysis, JsonElement trace)
    {
        var startNanos = Long(analysis.GetProperty("startUnixNano"));
        var critical = new Dictionary<string, long>();
        var segments = analysis.GetProperty("criticalPath").EnumerateArray().Select(s => (Id: s.GetProperty("spanId").GetString()!, From: s.GetProperty("fromNanos").GetInt64(), To: s.GetProperty("toNanos").GetInt64())).ToList();
        foreach (var segment in segments)
            critical[segment.Id] = critical.GetValueOrDefault(segment.Id) + segment.To - segment.From;
        var spans = Tree([.. Read(trace, startNanos).Select(span => span with { CriticalNanos = critical.GetValueOrDefault(span.SpanId) })]);
        var byId = spans.GroupBy(span => span.SpanId).ToDictionary(group => group.Key, group => group.First());
        return new TraceView(analysis, spans, [.. segments.Where(s => byId.ContainsKey(s.Id)).Select(s => (byId[s.Id], s.From, s.To))]);
    }

    // Depth first. A parent that is not there counts as none; spans of a circle are shown from the earliest on, each once.
    private static List<ShownSpan> Tree(List<ShownSpan> spans)
    {
        var ids = spans.Select(span => span.SpanId).ToHashSet();
        var order = Enumerable.Range(0, spans.Count).OrderByDescending(i => spans[i].StartNanos).ToList();
        var children = order.ToLookup(i => ids.Contains(spans[i].ParentSpanId) && spans[i].ParentSpanId != spans[i].SpanId ? spans[i].ParentSpanId : "");
        var shown = new List<ShownSpan>(spans.Count);
        var seen = new bool[spans.Count];
        var opened = new HashSet<string>();
        var stack = new Stack<(int Index, int Depth)>();
        foreach (var circle in order)
            stack.Push((circle, 0));
        foreach (var top in children[""])
            stack.Push((top, 0));
        while (stack.TryPop(out var next))
        {
            if (seen[next.Index])
                continue;
            seen[next.Index] = true;
            var span = spans[next.Index] with { Depth = next.Depth };
            shown.Add(span);
            if (!opened.Add(span.SpanId))
                continue;
            foreach (var child in children[span.SpanId])
                stack.Push((child, next.Depth + 1));
        }
        return shown;
    }

    private static IEnumerable<ShownSpan> Read(JsonElement trace, long startNanos)
    {
        foreach (var resource in trace.GetProperty("trace").GetProperty("resourceSpans").EnumerateArray())
        {
            var service = ServiceOf(resource.GetProperty("resource"));
            foreach (var span in resource.GetProperty("scopeSpans").EnumerateArray().SelectMany(scope => scope.GetProperty("spans").EnumerateArray()))
                yield return Read(span, service, startNanos);
        }
    }

    private static ShownSpan Read(JsonElement span, string service, long startNanos)
    {
        var start = Long(span.GetProperty("startTimeUnixNano"));
        var status = span.GetProperty("status");
        return new ShownSpan(
            Hex(span, "spanId"), Hex(span, "parentSpanId"), Terminal.Safe(service), Terminal.Safe(span.GetProperty("name").GetString() ?? "").Replace('\n', ' '),
            (span.GetProperty("kind").GetString() ?? "").Replace("SPAN_KIND_", "").ToLowerInvariant(),
            status.TryGetProperty("code", out var code) && code.GetString() == "STATUS_CODE_ERROR",
            status.TryGetProperty("message", out var message) ? Terminal.Safe(message.GetString() ?? "").Replace('\n', ' ') : "",
            start - startNanos, Math.Max(0, Long(span.GetProperty("endTimeUnixNano")) - start));
    }

    private static string ServiceOf(JsonElement resource)
    {
        if (!resource.TryGetProperty("attributes", out var attributes))
            return "";
        foreach (var attribute in attributes.EnumerateArray())
        {
            if (attribute.GetProperty("key").GetString() == "service.name" && attribute.GetProperty("value").TryGetProperty("stringValue", out var value))
                return value.GetString() ?? "";
        }
        return "";
    }

    private static string Hex(JsonElement span, string name) => span.TryGetProperty(name, out var id) ? Convert.ToHexStringLower(id.GetBytesFromBase64()) : "";

    private static long Long(JsonElement value) => long.Parse(value.GetString()!, CultureInfo.InvariantCulture);
}
