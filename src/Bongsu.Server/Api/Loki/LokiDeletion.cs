using System.Globalization;
using Bongsu.Query.LogQL;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Logs;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Bongsu.Server.Api.Loki;

/// <summary>delete: takes log records out for good. Off unless the server was started with --enable-admin-api.</summary>
internal sealed class LokiDeletion(LogQlEngine engine, ITelemetryStore store, TimeProvider time, bool isEnabled, Action<LogDeletion> forget, ILogger logger)
{
    public Task RequestAsync(HttpContext context) => LokiReply.GuardAsync(context, async () =>
    {
        if (!await IsAllowedAsync(context))
            return;
        var request = await LokiRequest.ReadAsync(context, time);
        if (request.Query.Length == 0)
            throw new LokiBadRequestException("query not set");
        if (request.Get("start") is null)
            throw new LokiBadRequestException("start time not set");
        if (request.EndNanos > time.GetUtcNow().ToUnixTimeMilliseconds() * 1_000_000 + 1_000_000)
            throw new LokiBadRequestException("deletes in the future are not allowed");
        // What has the time of the end goes too.
        if (engine.ParseDeletion(request.Query, request.StartNanos, request.EndNanos + 1, out var failure) is not { } deletion)
        {
            await LokiReply.FailureAsync(context, failure!);
            return;
        }
        await store.Logs.DeleteAsync(deletion, context.RequestAborted);
        forget(deletion);
        logger.LogWarning("Logs deleted on request: {Query} from {FromNanos} to {ToNanos} ns", deletion.Query, deletion.FromNanos, deletion.ToNanos);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    });

    /// <summary>Requests of which the disk still holds something; in answers it is gone already.</summary>
    public Task ListAsync(HttpContext context) => LokiReply.GuardAsync(context, async () =>
    {
        if (!await IsAllowedAsync(context))
            return;
        var deletions = await store.Logs.DeletionsAsync(context.RequestAborted);
        await LokiReply.SendAsync(context, json =>
        {
            json.WriteStartArray();
            foreach (var deletion in deletions)
            {
                json.WriteStartObject();
                json.WriteString("request_id", deletion.CreatedUnixMs.ToString("x", CultureInfo.InvariantCulture));
                json.WriteNumber("start_time", deletion.FromNanos / 1_000_000_000);
                json.WriteNumber("end_time", deletion.ToNanos / 1_000_000_000);
                json.WriteString("query", deletion.Query);
                json.WriteString("status", "received");
                json.WriteNumber("created_at", deletion.CreatedUnixMs / 1_000);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        });
    });

    public Task CancelAsync(HttpContext context) =>
        LokiReply.ErrorAsync(context, StatusCodes.Status400BadRequest, "a deletion is in force when it has been answered, and cannot be cancelled");

    private async ValueTask<bool> IsAllowedAsync(HttpContext context)
    {
        if (!isEnabled)
            await LokiReply.ErrorAsync(context, StatusCodes.Status403Forbidden, "deletion is not available: start the server with --enable-admin-api");
        else if (!store.Capabilities.LogDeletion)
            await LokiReply.ErrorAsync(context, StatusCodes.Status501NotImplemented, "this store cannot delete logs");
        else
            return true;
        return false;
    }
}
