using Microsoft.AspNetCore.Http;

namespace Bongsu.Ingest.Receive;

/// <summary>Loki's push: JSON, plain or gzip, or protobuf in a Snappy block.</summary>
internal sealed class LokiHttp(IngestService ingest)
{
    public async Task HandleAsync(HttpContext context)
    {
        var type = MediaType.Of(context.Request.ContentType);
        var encoding = context.Request.Headers.ContentEncoding.ToString().Trim().ToLowerInvariant();
        var (body, failure) = (default(PooledBuffer), Check(type, encoding));
        if (failure is null)
            (body, failure) = await ingest.Bodies.ReadAsync(context, framingBytes: 0, context.RequestAborted);
        if (body is not null && encoding == "gzip")
            (body, failure) = ingest.Bodies.Gunzip(body!);
        else if (body is not null && type == MediaType.Protobuf)
            (body, failure) = ingest.Bodies.Unsnappy(body!);
        if (failure is not null)
        {
            ingest.Counters.Refused();
            await PlainReply.FailAsync(context, failure);
            return;
        }
        using (body)
            await PlainReply.SendAsync(context, await ingest.LokiAsync(body!.Memory, type == MediaType.Json, context.RequestAborted));
    }

    private static RequestFailure? Check(string type, string encoding)
    {
        if (type is not (MediaType.Json or MediaType.Protobuf))
            return RequestFailure.UnsupportedType($"Content-Type '{type}' is not taken; send {MediaType.Json} or {MediaType.Protobuf}");
        var known = type == MediaType.Json ? encoding is "" or "identity" or "gzip" : encoding is "" or "snappy" or "gzip";
        return known ? null : RequestFailure.UnsupportedType($"Content-Encoding '{encoding}' is not taken; send gzip or none for JSON, snappy for protobuf");
    }
}
