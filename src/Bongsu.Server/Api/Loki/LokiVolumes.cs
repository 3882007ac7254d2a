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
        var volume = Volume(request);
        var answer = await engine.InstantAsync(volume.Query(request.Query, seconds), request.EndNanos, 1, context.RequestAborted);
        await SendAsync(context, answer, volume);
    });

    public Task VolumeRangeAsync(HttpContext context) => LokiReply.GuardAsync(context, async () =>
    {
        var request = await LokiRequest.ReadAsync(context, time);
        var step = request.StepNanos;
        var volume = Volume(request);
        var query = volume.Query(request.Query, Math.Max(1, step / NanosPerSecond));
        var answer = await engine.RangeAsync(query, new LogQlRange(request.StartNanos, request.EndNanos) { StepNanos = step }, context.RequestAborted);
        await SendAsync(context, answer, volume);
    });

    // By the labels asked for, else by those that the selector names.
    private LogVolume Volume(LokiRequest request)
    {
        var matchers = engine.ParseSelector(request.Query, out var failure) ?? throw new LokiBadRequestException(failure!.Message);
        var labels = request.Get("targetLabels")?.Split(',') ?? [.. matchers.Select(m => m.Name).Distinct()];
        if (labels.FirstOrDefault(l => l.Length == 0 || l.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('_' or ':')) || char.IsAsciiDigit(l[0])) is { } wrong)
            throw new LokiBadRequestException($"targetLabels: \"{wrong}\" is no label name");
        return request.Get("aggregateBy") switch
        {
            null or "series" => new LogVolume(labels, request.Limit(), ByLabel: false),
            "labels" => new LogVolume(labels, request.Limit(), ByLabel: true),
            var other => throw new LokiBadRequestException($"invalid aggregation option: \"{other}\"; must be series or labels"),
        };
    }

    private static Task SendAsync(HttpContext context, QueryAnswer<LogQlResult> answer, LogVolume volume) => answer.Failure is { } failure
        ? LokiReply.FailureAsync(context, failure)
        : LokiReply.SendAsync(context, json => volume.Write(json, answer.Value!, answer.Warnings));
}
