using Bongsu.Telemetry;
using Bongsu.Telemetry.Spans;
using Microsoft.AspNetCore.Http;

namespace Bongsu.Server.Api.Jaeger;

/// <summary>dependencies: which service calls which, counted from spans whose parent belongs to another service.</summary>
internal sealed class JaegerDependencies(ITelemetryStore store, TimeProvider time)
{
    /// <summary>Spans looked at, newest first; each holds some 50 bytes until the end.</summary>
    private const int MaxSpans = 1_000_000;

    public Task SendAsync(HttpContext context) => JaegerReply.GuardAsync(context, async () =>
    {
        var request = new JaegerRequest(context, time);
        var (start, end) = request.DependencyRange();
        var calls = new ServiceCalls();
        var warnings = new List<string>();
        await foreach (var batch in store.Spans.SelectAsync(new SpanSelect(start, end), warnings, context.RequestAborted))
        {
            calls.Add(batch);
            if (calls.SpanCount < MaxSpans)
                continue;
            warnings.Add($"only the newest {calls.SpanCount} spans are counted; ask for a shorter time");
            break;
        }
        var links = calls.Links().Where(l => request.Get("service") is not { } service || l.Parent == service || l.Child == service).ToList();
        await JaegerReply.SendAsync(context, links.Count, (json, _) =>
        {
            json.WriteStartArray();
            foreach (var (parent, child, count) in links)
            {
                json.WriteStartObject();
                json.WriteString("parent", parent);
                json.WriteString("child", child);
                json.WriteNumber("callCount", count);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            return Task.CompletedTask;
        }, [.. warnings.Select(w => new JaegerError(0, w))]);
    });
}
