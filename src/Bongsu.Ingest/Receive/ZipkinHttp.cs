using Microsoft.AspNetCore.Http;

namespace Bongsu.Ingest.Receive;

/// <summary>Zipkin's <c>POST /api/v2/spans</c>: JSON, plain or gzip; 202 when all is stored.</summary>
internal sealed class ZipkinHttp(IngestService ingest)
{
    public Task HandleAsync(HttpContext context)
    {
        var type = MediaType.Of(context.Request.ContentType);
        var wrong = type is MediaType.Json or "" or "text/plain" ? null
            : RequestFailure.UnsupportedType($"Content-Type '{type}' is not taken; send {MediaType.Json} with spans of Zipkin's version 2");
        return SpanBody.HandleAsync(ingest, context, wrong, ingest.ZipkinAsync);
    }
}
