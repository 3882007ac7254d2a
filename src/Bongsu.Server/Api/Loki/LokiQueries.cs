using Bongsu.Query.LogQL;
using Microsoft.AspNetCore.Http;

namespace Bongsu.Server.Api.Loki;

/// <summary>query, query_range and format_query.</summary>
internal sealed class LokiQueries(LogQlEngine engine, TimeProvider time)
{
    private const string FlagsHeader = "X-Loki-Response-Encoding-Flags";
    private const string Categorize = "categorize-labels";

    public Task InstantAsync(HttpContext context) => LokiReply.GuardAsync(context, async () =>
    {
        var started = time.GetTimestamp();
        var request = await LokiRequest.ReadAsync(context, time);
        var answer = await engine.InstantAsync(request.Query, request.TimeNanos, request.Limit(), context.RequestAborted);
        if (answer.Failure is { } failure)
            await LokiReply.FailureAsync(context, failure);
        else
            await SendAsync(context, answer.Value!, answer.Warnings, started);
    });

    public Task RangeAsync(HttpContext context) => LokiReply.GuardAsync(context, async () =>
    {
        var started = time.GetTimestamp();
        var request = await LokiRequest.ReadAsync(context, time);
        var answer = await engine.RangeAsync(request.Query, request.StartNanos, request.EndNanos, request.StepNanos, request.Limit(), request.NewestFirst,
            context.RequestAborted);
        if (answer.Failure is { } failure)
            await LokiReply.FailureAsync(context, failure);
        else
            await SendAsync(context, Thin(answer.Value!, request.IntervalNanos), answer.Warnings, started);
    });

    /// <summary>The query as it stands once it is known to be one: the text is not rearranged.</summary>
    public Task FormatAsync(HttpContext context) => LokiReply.GuardAsync(context, async () =>
    {
        var request = await LokiRequest.ReadAsync(context, time);
        if (engine.Check(request.Query) is { } failure)
            await LokiReply.FailureAsync(context, failure);
        else
            await LokiReply.SendDataAsync(context, json => json.WriteStringValue(request.Query));
    });

    private Task SendAsync(HttpContext context, LogQlResult result, IReadOnlyList<string> warnings, long started)
    {
        var categorize = context.Request.Headers[FlagsHeader].ToString().Contains(Categorize, StringComparison.Ordinal);
        var seconds = time.GetElapsedTime(started).TotalSeconds;
        return LokiReply.SendAsync(context, json => LokiResultJson.Write(json, result, warnings, categorize, seconds));
    }

    private static LogQlResult Thin(LogQlResult result, long intervalNanos)
    {
        if (intervalNanos <= 0 || result.Streams is null)
            return result;
        return result with { Streams = [.. result.Streams.Select(s => s with { Lines = Thin(s.Lines, intervalNanos) })] };
    }

    private static List<LogLine> Thin(IReadOnlyList<LogLine> lines, long intervalNanos)
    {
        var kept = new List<LogLine>();
        foreach (var line in lines)
        {
            if (kept.Count == 0 || Math.Abs(line.TimeUnixNano - kept[^1].TimeUnixNano) >= intervalNanos)
                kept.Add(line);
        }
        return kept;
    }
}
