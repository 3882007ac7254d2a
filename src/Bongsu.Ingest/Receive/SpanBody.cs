using Microsoft.AspNetCore.Http;

namespace Bongsu.Ingest.Receive;

/// <summary>What Zipkin's and Jaeger's requests share: a body that may be gzip, and 202 as the answer.</summary>
internal static class SpanBody
{
    /// <param name="ingest">Where bodies and counters are.</param>
    /// <param name="context">The request.</param>
    /// <param name="wrong">Why it is not even read, or null.</param>
    /// <param name="send">Takes the body.</param>
    public static async Task HandleAsync(IngestService ingest, HttpContext context, RequestFailure? wrong, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask<IngestAnswer>> send)
    {
        var encoding = context.Request.Headers.ContentEncoding.ToString().Trim().ToLowerInvariant();
        if (encoding is not ("" or "identity" or "gzip"))
            wrong ??= RequestFailure.UnsupportedType($"Content-Encoding '{encoding}' is not taken; send gzip or none");
        var (body, failure) = wrong is null ? await ingest.Bodies.ReadAsync(context, framingBytes: 0, context.RequestAborted) : (null, wrong);
        if (body is not null && encoding == "gzip")
            (body, failure) = ingest.Bodies.Gunzip(body!);
        if (failure is not null)
        {
            ingest.Counters.Refused();
            await PlainReply.FailAsync(context, failure);
            return;
        }
        using (body)
        {
            var answer = await send(body!.Memory, context.RequestAborted);
            if (answer.Outcome is { Rejections.Count: 0 })
                context.Response.StatusCode = StatusCodes.Status202Accepted;
            else
                await PlainReply.SendAsync(context, answer);
        }
    }
}
