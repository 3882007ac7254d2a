using Bongsu.Query.TraceQL;
using Bongsu.Telemetry.Spans;
using Microsoft.AspNetCore.Http;

namespace Bongsu.Server.Api.Jaeger;

/// <summary>dependencies: which service calls which, counted from spans whose parent belongs to another service.</summary>
internal sealed class JaegerDependencies(TraceQlEngine engine, TimeProvider time)
{
    /// <summary>Spans looked at, newest first; each holds some 50 bytes until the end.</summary>
    private const int MaxSpans = 1_000_000;

    public Task SendAsync(HttpContext context) => JaegerReply.GuardAsync(context, async () =>
    {
        var request = new JaegerRequest(context, time);
        var (start, end) = request.DependencyRange();
        var calls = new ServiceCalls();
        var select = new SpanSelect(start, end) { Columns = new SpanColumns(SpanParts.Resource | SpanParts.Parent) };
        var answer = await engine.EachBatchAsync(select, batch =>
        {
            calls.Add(batch);
            return calls.SpanCount < MaxSpans;
        }, context.RequestAborted);
        if (answer.Failure is { } failure)
            throw new JaegerFailureException(failure);
        var warnings = answer.Value is true ? answer.Warnings : [.. answer.Warnings, $"only the newest {calls.SpanCount} spans are counted; ask for a shorter time"];
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
