using Bongsu.Query.TraceQL;
using Bongsu.Server.Api.Tempo;
using Bongsu.Telemetry.Events;
using Microsoft.AspNetCore.Http;

namespace Bongsu.Server.Api.Jaeger;

/// <summary>traces: a search, several by id, or one.</summary>
internal sealed class JaegerTraces(TraceQlEngine engine, TimeProvider time)
{
    /// <summary>Traces and, where it is known how many they have, spans fetched at a time; so many are in memory together.</summary>
    private const int GroupTraces = 20;
    private const int GroupSpans = 100_000;

    public Task SearchAsync(HttpContext context) => JaegerReply.GuardAsync(context, async () =>
    {
        var request = new JaegerRequest(context, time);
        if (request.TraceIds() is { Count: > 0 } wanted)
        {
            await SendAsync(context, [.. wanted.Select(id => (id, GroupSpans / GroupTraces))], []);
            return;
        }
        var (start, end) = request.SearchRange();
        var answer = await engine.FindAsync(request.Query(), start, end, request.Limit, 1, context.RequestAborted);
        if (answer.Failure is { } failure)
            await JaegerReply.FailAsync(context, failure);
        else
            await SendAsync(context, [.. answer.Value!.Traces.Select(t => (t.TraceId, t.SpanCount))], [.. answer.Warnings.Select(w => new JaegerError(0, w))]);
    });

    public Task TraceAsync(HttpContext context) => JaegerReply.GuardAsync(context, async () =>
    {
        var id = JaegerRequest.IdOf((string)context.Request.RouteValues["id"]!);
        var answer = await engine.TracesAsync([id], context.RequestAborted);
        if (answer.Value is not { } batch)
            throw new JaegerFailureException(answer.Failure!);
        if (batch.Count == 0)
        {
            await JaegerReply.FailAsync(context, StatusCodes.Status404NotFound, "trace not found");
            return;
        }
        await JaegerReply.SendAsync(context, 0, async (json, flush) =>
        {
            json.WriteStartArray();
            await JaegerTraceJson.WriteAsync(json, batch, SpanRows.All(batch), flush);
            json.WriteEndArray();
        }, [.. answer.Warnings.Select(w => new JaegerError(0, w))]);
    });

    private Task SendAsync(HttpContext context, List<(TraceId Id, int SpanCount)> traces, List<JaegerError> errors) => JaegerReply.SendAsync(context, 0, async (json, flush) =>
    {
        json.WriteStartArray();
        foreach (var group in Groups(traces))
        {
            var answer = await engine.TracesAsync(group, context.RequestAborted);
            errors.AddRange(answer.Warnings.Select(w => new JaegerError(0, w)));
            if (answer.Value is not { } batch)
            {
                // What was found before is told; the status is on its way already.
                errors.Add(new JaegerError(QueryReply.StatusOf(answer.Failure!), answer.Failure!.Message));
                break;
            }
            var rows = SpanRows.ByTrace(batch);
            foreach (var id in group)
            {
                if (rows.TryGetValue(id, out var list))
                    await JaegerTraceJson.WriteAsync(json, batch, list, flush);
                else
                    errors.Add(new JaegerError(StatusCodes.Status404NotFound, "trace not found", id.ToString()));
            }
        }
        json.WriteEndArray();
    }, errors);

    /// <summary>Traces in their order, as many together as may be in memory; at least one.</summary>
    public static IEnumerable<List<TraceId>> Groups(List<(TraceId Id, int SpanCount)> traces)
    {
        var group = new List<TraceId>();
        var spans = 0;
        foreach (var (id, count) in traces)
        {
            if (group.Count > 0 && (group.Count == GroupTraces || spans + count > GroupSpans))
            {
                yield return group;
                (group, spans) = ([], 0);
            }
            group.Add(id);
            spans += count;
        }
        if (group.Count > 0)
            yield return group;
    }
}
