using Microsoft.AspNetCore.Http;

namespace Bongsu.Ingest.Receive;

/// <summary>OTLP over HTTP: one request body, protobuf or JSON, plain or gzip, answered in the encoding it came in.</summary>
internal sealed class OtlpHttp(IngestService ingest)
{
    public async Task HandleAsync(HttpContext context, Signal signal)
    {
        var type = MediaType.Of(context.Request.ContentType);
        var isJson = type == MediaType.Json;
        if (!isJson && type != MediaType.Protobuf)
        {
            ingest.Counters.Refused();
            await FailAsync(context, RequestFailure.UnsupportedType($"Content-Type '{type}' is not taken; send {MediaType.Protobuf} or {MediaType.Json}"), isJson: false);
            return;
        }
        var encoding = context.Request.Headers.ContentEncoding.ToString().Trim().ToLowerInvariant();
        if (encoding is not ("" or "identity" or "gzip"))
        {
            ingest.Counters.Refused();
            await FailAsync(context, RequestFailure.UnsupportedType($"Content-Encoding '{encoding}' is not taken; send gzip or none"), isJson);
            return;
        }
        var (body, failure) = await ingest.Bodies.ReadAsync(context, framingBytes: 0, context.RequestAborted);
        if (body is not null && encoding == "gzip")
            (body, failure) = ingest.Bodies.Gunzip(body!);
        if (failure is not null)
        {
            ingest.Counters.Refused();
            await FailAsync(context, failure, isJson);
            return;
        }
        using (body)
            await AnswerAsync(context, signal, body!.Memory, isJson);
    }

    private async Task AnswerAsync(HttpContext context, Signal signal, ReadOnlyMemory<byte> body, bool isJson)
    {
        var answer = await OtlpDispatch.SendAsync(ingest, signal, body, isJson, context.RequestAborted);
        if (answer.Failure is { } failure)
            await FailAsync(context, RequestFailure.Of(failure), isJson);
        else if (answer.Outcome!.IsAllRetryable)
            await FailAsync(context, RequestFailure.Full(answer.Outcome), isJson);
        else
            await WriteAsync(context, StatusCodes.Status200OK, OtlpReply.Success(signal, answer.Outcome, isJson), isJson);
    }

    private static Task FailAsync(HttpContext context, RequestFailure failure, bool isJson)
    {
        if (failure.RetryAfterSeconds > 0)
            context.Response.Headers.RetryAfter = failure.RetryAfterSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return WriteAsync(context, failure.Status, OtlpReply.Status(GrpcStatus.OfHttp(failure.Status), failure.Message, isJson), isJson);
    }

    private static async Task WriteAsync(HttpContext context, int status, byte[] body, bool isJson)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = isJson ? MediaType.Json : MediaType.Protobuf;
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }
}
