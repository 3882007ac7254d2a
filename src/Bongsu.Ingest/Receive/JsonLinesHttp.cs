using System.Text;
using Bongsu.Ingest.Decode.JsonLines;
using Microsoft.AspNetCore.Http;

namespace Bongsu.Ingest.Receive;

/// <summary>
/// JSON log lines over HTTP, plain or gzip, as Vector, Fluent Bit and curl send them. What all lines have in common may stand in the query
/// (<c>service</c>, <c>env</c>, <c>body=message</c>) or in headers (<c>Bongsu-Service</c>, <c>Bongsu-Env</c>).
/// </summary>
internal sealed class JsonLinesHttp(IngestService ingest)
{
    public async Task HandleAsync(HttpContext context)
    {
        var encoding = context.Request.Headers.ContentEncoding.ToString().Trim().ToLowerInvariant();
        var (body, failure) = (default(PooledBuffer), Check(context.Request, encoding));
        if (failure is null)
            (body, failure) = await ingest.Bodies.ReadAsync(context, framingBytes: 0, context.RequestAborted);
        if (body is not null && encoding == "gzip")
            (body, failure) = ingest.Bodies.Gunzip(body!);
        if (failure is not null)
        {
            ingest.Counters.Refused();
            await PlainReply.FailAsync(context, failure);
            return;
        }
        using (body)
            await AnswerAsync(context, await ingest.JsonLinesAsync(body!.Memory, OptionsOf(context.Request), context.RequestAborted));
    }

    // Why a list of what is not taken: senders give JSON lines a dozen types, or none.
    private static RequestFailure? Check(HttpRequest request, string encoding)
    {
        var type = MediaType.Of(request.ContentType);
        if (type is "application/msgpack" or "application/x-msgpack" or MediaType.Protobuf or "multipart/form-data")
            return RequestFailure.UnsupportedType($"Content-Type '{type}' is not taken; send JSON objects, one a line (Fluent Bit: format json_lines)");
        if (encoding is not ("" or "identity" or "gzip"))
            return RequestFailure.UnsupportedType($"Content-Encoding '{encoding}' is not taken; send gzip or none");
        return request.Query["body"].ToString() is "" or "line" or "message" ? null
            : RequestFailure.Bad("body: give line, which keeps each line as it is, or message, which keeps its message and the other fields beside it");
    }

    private static JsonLinesOptions OptionsOf(HttpRequest request) =>
        new(Given(request, "service", "Bongsu-Service"), Given(request, "env", "Bongsu-Env"), request.Query["body"] == "message");

    private static byte[] Given(HttpRequest request, string parameter, string header) =>
        Encoding.UTF8.GetBytes(request.Query[parameter].ToString() is { Length: > 0 } value ? value : request.Headers[header].ToString());

    /// <summary>
    /// Lines that are refused for good do not fail the others: 200 says how many, and why. What a full store refused is worth sending again as a whole, since a
    /// repeat changes nothing; when no line at all was kept, the request has failed.
    /// </summary>
    private static Task AnswerAsync(HttpContext context, IngestAnswer answer)
    {
        if (answer.Failure is { } failure)
            return PlainReply.FailAsync(context, RequestFailure.Of(failure));
        var outcome = answer.Outcome!;
        if (outcome.IsStoreFull || outcome.IsAllRetryable)
            return PlainReply.FailAsync(context, RequestFailure.Full(outcome));
        if (outcome.Accepted == 0 && outcome.Rejections.Count > 0)
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
        return context.Response.WriteAsJsonAsync(new
        {
            accepted = outcome.Accepted,
            rejected = outcome.Rejected,
            withoutTime = outcome.WithoutTime,
            rejections = outcome.Rejections.Select(r => new { reason = r.Reason.ToString(), count = r.Count, detail = r.Detail }),
        }, context.RequestAborted);
    }
}
