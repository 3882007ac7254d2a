using Microsoft.AspNetCore.Http;

namespace Bongsu.Ingest.Receive;

/// <summary>Prometheus remote write 1.0 (prometheus.io/docs/specs/prw/remote_write_spec): a WriteRequest in a Snappy block.</summary>
internal sealed class RemoteWriteHttp(IngestService ingest)
{
    private const string V2 = "io.prometheus.write.v2.request";

    public async Task HandleAsync(HttpContext context)
    {
        var (body, failure) = (default(PooledBuffer), Check(context.Request));
        if (failure is null)
            (body, failure) = await ingest.Bodies.ReadAsync(context, framingBytes: 0, context.RequestAborted);
        if (body is not null)
            (body, failure) = ingest.Bodies.Unsnappy(body!);
        if (failure is not null)
        {
            ingest.Counters.Refused();
            await PlainReply.FailAsync(context, failure);
            return;
        }
        using (body)
            await PlainReply.SendAsync(context, await ingest.RemoteWriteAsync(body!.Memory, context.RequestAborted));
    }

    private static RequestFailure? Check(HttpRequest request)
    {
        var type = MediaType.Of(request.ContentType);
        if (type is not ("" or MediaType.Protobuf))
            return RequestFailure.UnsupportedType($"Content-Type '{type}' is not taken; send {MediaType.Protobuf} (remote write 1.0)");
        if (request.ContentType?.Contains(V2, StringComparison.OrdinalIgnoreCase) == true)
            return RequestFailure.UnsupportedType("remote write 2.0 (io.prometheus.write.v2.Request) is not taken; send 1.0 (prometheus.WriteRequest, the default protobuf_message)");
        var encoding = request.Headers.ContentEncoding.ToString().Trim().ToLowerInvariant();
        return encoding is "" or "snappy" ? null : RequestFailure.UnsupportedType($"Content-Encoding '{encoding}' is not taken; remote write is snappy (block format)");
    }
}
