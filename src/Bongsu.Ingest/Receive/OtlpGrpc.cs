using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Bongsu.Ingest.Receive;

/// <summary>
/// OTLP over gRPC, unary, on plain HTTP/2 (github.com/grpc/grpc, doc/PROTOCOL-HTTP2.md): a message is one byte of compression flag, four of length,
/// and its bytes; the status stands in the trailers, or in the headers when there is no message.
/// </summary>
internal sealed class OtlpGrpc(IngestService ingest)
{
    private const int FrameBytes = 5;

    public async Task HandleAsync(HttpContext context, Signal signal)
    {
        if (!IsGrpc(context))
            return;
        var encoding = context.Request.Headers["grpc-encoding"].ToString();
        if (encoding is not ("" or "identity" or "gzip"))
        {
            context.Response.Headers["grpc-accept-encoding"] = "identity,gzip";
            Fail(context, GrpcStatus.Unimplemented, $"grpc-encoding '{encoding}' is not taken; send gzip or identity");
            return;
        }
        var (body, failure) = await ingest.Bodies.ReadAsync(context, FrameBytes, context.RequestAborted);
        var message = ReadOnlyMemory<byte>.Empty;
        if (body is not null)
            failure = Unframe(body.Memory, encoding, ref body, out message);
        if (failure is not null)
        {
            body?.Dispose();
            ingest.Counters.Refused();
            Fail(context, failure);
            return;
        }
        using (body)
            await AnswerAsync(context, signal, message);
    }

    /// <summary>Any method that is not served.</summary>
    public void Unknown(HttpContext context)
    {
        if (IsGrpc(context))
            Fail(context, GrpcStatus.Unimplemented, $"method {context.Request.Path} is not served here; OTLP traces, logs and metrics Export are");
    }

    /// <summary>Takes the message out of its frame; a compressed one replaces the body by the unpacked one.</summary>
    private RequestFailure? Unframe(ReadOnlyMemory<byte> framed, string encoding, ref PooledBuffer? body, out ReadOnlyMemory<byte> message)
    {
        message = default;
        if (framed.Length < FrameBytes)
            return RequestFailure.Bad($"a gRPC message begins with {FrameBytes} bytes of flag and length; {framed.Length} came");
        var length = BinaryPrimitives.ReadUInt32BigEndian(framed.Span[1..]);
        if (length != framed.Length - FrameBytes)
            return RequestFailure.Bad($"the gRPC message says {length} bytes and {framed.Length - FrameBytes} came; Export takes one message");
        message = framed[FrameBytes..];
        if (framed.Span[0] == 0)
            return null;
        if (framed.Span[0] != 1 || encoding != "gzip")
            return RequestFailure.Bad("a gRPC message is marked as compressed, but grpc-encoding names no compression");
        (body, var failure) = ingest.Bodies.Gunzip(body!, FrameBytes);
        message = body?.Memory ?? default;
        return failure;
    }

    private async Task AnswerAsync(HttpContext context, Signal signal, ReadOnlyMemory<byte> message)
    {
        var answer = await OtlpDispatch.SendAsync(ingest, signal, message, isJson: false, context.RequestAborted);
        if (answer.Failure is { } failure)
            Fail(context, RequestFailure.Of(failure));
        else if (answer.Outcome!.IsAllRetryable)
            Fail(context, RequestFailure.Full(answer.Outcome));
        else
            await SucceedAsync(context, OtlpReply.Success(signal, answer.Outcome, isJson: false));
    }

    private static async Task SucceedAsync(HttpContext context, byte[] reply)
    {
        context.Response.ContentType = MediaType.Grpc;
        var frame = new byte[FrameBytes + reply.Length];
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), (uint)reply.Length);
        reply.CopyTo(frame, FrameBytes);
        context.Response.AppendTrailer("grpc-status", "0");
        await context.Response.Body.WriteAsync(frame, context.RequestAborted);
    }

    private static bool IsGrpc(HttpContext context)
    {
        var type = MediaType.Of(context.Request.ContentType);
        if (type is MediaType.Grpc or MediaType.Grpc + "+proto")
            return true;
        context.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
        return false;
    }

    private static void Fail(HttpContext context, RequestFailure failure) =>
        Fail(context, GrpcStatus.OfHttp(failure.Status), failure.Message, failure.RetryAfterSeconds);

    /// <summary>Trailers only: without a body, the server sends the headers as the end of the stream.</summary>
    private static void Fail(HttpContext context, int status, string message, int retryAfterSeconds = 0)
    {
        var headers = context.Response.Headers;
        context.Response.ContentType = MediaType.Grpc;
        headers["grpc-status"] = status.ToString(CultureInfo.InvariantCulture);
        headers["grpc-message"] = PercentEncode(message);
        if (retryAfterSeconds > 0)
            headers["grpc-status-details-bin"] = Convert.ToBase64String(OtlpReply.Status(status, message, isJson: false, retryAfterSeconds)).TrimEnd('=');
    }

    private static string PercentEncode(string message)
    {
        var text = new StringBuilder();
        foreach (var b in Encoding.UTF8.GetBytes(message))
        {
            if (b is >= 0x20 and <= 0x7e and not (byte)'%')
                text.Append((char)b);
            else
                text.Append('%').Append(b.ToString("X2", CultureInfo.InvariantCulture));
        }
        return text.ToString();
    }
}
