using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Bongsu.Ingest.Receive;

/// <summary>Answers of remote write and of Loki's push: 204, or a status with one line of text.</summary>
internal static class PlainReply
{
    /// <summary>
    /// 204 when all was accepted. A refusal for want of memory or disk is worth sending again even if a part was kept (a repeat changes nothing);
    /// a budget that part of the request is over is not, since the sender would repeat it for ever: 429 only when nothing was kept.
    /// </summary>
    public static Task SendAsync(HttpContext context, IngestAnswer answer)
    {
        if (answer.Failure is { } failure)
            return FailAsync(context, RequestFailure.Of(failure));
        var outcome = answer.Outcome!;
        if (outcome.Rejections.Count == 0)
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        }
        if (outcome.IsStoreFull || outcome.IsAllRetryable)
            return FailAsync(context, RequestFailure.Full(outcome));
        return FailAsync(context, RequestFailure.Bad($"{outcome.Accepted} accepted, {outcome.Reasons()}"));
    }

    public static async Task FailAsync(HttpContext context, RequestFailure failure)
    {
        if (failure.RetryAfterSeconds > 0)
            context.Response.Headers.RetryAfter = failure.RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
        context.Response.StatusCode = failure.Status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        await context.Response.WriteAsync(failure.Message + "\n", context.RequestAborted);
    }
}
