using System.Text.Json;
using Bongsu.Query;
using Bongsu.Query.LogQL;
using Bongsu.Query.PromQL;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Logs;
using Microsoft.AspNetCore.Http;

namespace Bongsu.Server.Api.Loki;

/// <summary>index/stats and index/volume: how much there is behind a selector, counted, not estimated.</summary>
internal sealed class LokiVolumes(LogQlEngine engine, ITelemetryStore store, TimeProvider time)
{
    private const long NanosPerSecond = 1_000_000_000;

    public Task StatsAsync(HttpContext context) => LokiReply.GuardAsync(context, async () =>
    {
        var request = await LokiRequest.ReadAsync(context, time);
        var matchers = engine.ParseSelector(request.Query, out var failure) ?? throw new LokiBadRequestException(failure!.Message);
        var streams = await store.Logs.StreamsAsync(new LogSelect(request.StartNanos, request.EndNanos, matchers), context.RequestAborted);
        var seconds = Math.Max(1, (request.EndNanos - request.StartNanos) / NanosPerSecond);
        var answer = await engine.InstantAsync($"sum(bytes_over_time({request.Query}[{seconds}s]))", request.EndNanos, 1, context.RequestAborted);
        if (answer.Failure is { } failed)
        {
            await LokiReply.FailureAsync(context, failed);
            return;
        }
        var bytes = answer.Value!.Metric is PromVector { Samples: [var only] } ? only.Point.Value : 0;
        await LokiReply.SendAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteNumber("streams", streams.Count);
            json.WriteNumber("chunks", 0);
            json.WriteNumber("bytes", (long)bytes);
            json.WriteNumber("entries", answer.Value.RecordsScanned);
            json.WriteEndObject();
        });
    });

    public Task VolumeAsync(HttpContext context) => LokiReply.GuardAsync(context, async () =>
    {
        var request = await LokiRequest.ReadAsync(context, time);
        var seconds = Math.Max(1, (request.EndNanos - request.StartNanos) / NanosPerSecond);
        var answer = await engine.InstantAsync(Query(request, $"{seconds}s"), request.EndNanos, 1, context.RequestAborted);
        await SendAsync(context, answer.Failure, answer.Value, answer.Warnings);
    });

    public Task VolumeRangeAsync(HttpContext context) => LokiReply.GuardAsync(context, async () =>
    {
        var request = await LokiRequest.ReadAsync(context, time);
        var step = request.StepNanos;
        var query = Query(request, $"{Math.Max(1, step / NanosPerSecond)}s");
        var answer = await engine.RangeAsync(query, request.StartNanos, request.EndNanos, step, 1, true, context.RequestAborted);
        await SendAsync(context, answer.Failure, answer.Value, answer.Warnings);
    });

    // By the labels asked for, else by those that the selector names.
    private string Query(LokiRequest request, string range)
    {
        var matchers = engine.ParseSelector(request.Query, out var failure) ?? throw new LokiBadRequestException(failure!.Message);
        var labels = request.Get("targetLabels") ?? string.Join(',', matchers.Select(m => m.Name).Distinct());
        return $"topk({request.Limit()}, sum by ({labels}) (bytes_over_time({request.Query}[{range}])))";
    }

    private static Task SendAsync(HttpContext context, QueryFailure? failure, LogQlResult? result, IReadOnlyList<string> warnings) =>
        failure is not null
            ? LokiReply.FailureAsync(context, failure)
            : LokiReply.SendAsync(context, json => LokiResultJson.Write(json, result!, warnings, categorize: false, seconds: 0));
}
