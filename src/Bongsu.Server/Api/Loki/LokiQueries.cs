using Bongsu.Query.LogQL;
using Microsoft.AspNetCore.Http;

namespace Bongsu.Server.Api.Loki;

/// <summary>query, query_range and format_query.</summary>
internal sealed class LokiQueries(LogQlEngine engine, TimeProvider time)
{
    public Task InstantAsync(HttpContext context) => LokiReply.GuardAsync(context, async () =>
    {
        var started = time.GetTimestamp();
        var request = await LokiRequest.ReadAsync(context, time);
        var answer = await engine.InstantAsync(request.Query, request.Moment, context.RequestAborted);
        if (answer.Failure is { } failure)
            await LokiReply.FailureAsync(context, failure);
        else
            await SendAsync(context, answer.Value!, answer.Warnings, started);
    });

    public Task RangeAsync(HttpContext context) => LokiReply.GuardAsync(context, async () =>
    {
        var started = time.GetTimestamp();
        var request = await LokiRequest.ReadAsync(context, time);
        var answer = await engine.RangeAsync(request.Query, new LogQlRange(request.StartNanos, request.EndNanos)
        {
            StepNanos = request.StepNanos,
            Limit = request.Limit(),
            NewestFirst = request.NewestFirst,
            IntervalNanos = request.IntervalNanos,
            WithDiscovered = request.WithDiscovered,
        }, context.RequestAborted);
        if (answer.Failure is { } failure)
            await LokiReply.FailureAsync(context, failure);
        else
            await SendAsync(context, answer.Value!, answer.Warnings, started);
    });

    /// <summary>The query in its canonical form.</summary>
    public Task FormatAsync(HttpContext context) => LokiReply.GuardAsync(context, async () =>
    {
        var request = await LokiRequest.ReadAsync(context, time);
        if (engine.Format(request.Query, out var failure) is { } text)
            await LokiReply.SendDataAsync(context, json => json.WriteStringValue(text));
        else
            await LokiReply.FailureAsync(context, failure!);
    });

    private Task SendAsync(HttpContext context, LogQlResult result, IReadOnlyList<string> warnings, long started)
    {
        var categorize = LokiResultJson.IsCategorized(context.Request);
        var seconds = time.GetElapsedTime(started).TotalSeconds;
        return LokiReply.SendAsync(context, json => LokiResultJson.Write(json, result, warnings, categorize, seconds));
    }
}
