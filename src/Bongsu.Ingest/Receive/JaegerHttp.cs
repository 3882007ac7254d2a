using Microsoft.AspNetCore.Http;

namespace Bongsu.Ingest.Receive;

/// <summary>Jaeger's <c>POST /api/traces?format=jaeger.thrift</c>: a Batch in Thrift's binary protocol; 202 when all is stored.</summary>
internal sealed class JaegerHttp(IngestService ingest)
{
    public Task HandleAsync(HttpContext context)
    {
        var type = MediaType.Of(context.Request.ContentType);
        var format = context.Request.Query["format"].ToString();
        var wrong = default(RequestFailure);
        if (format is not ("" or "jaeger.thrift"))
            wrong = RequestFailure.Bad($"format '{format}' is not taken; send format=jaeger.thrift");
        else if (type is not ("application/x-thrift" or "application/vnd.apache.thrift.binary"))
            wrong = RequestFailure.UnsupportedType($"Content-Type '{type}' is not taken; send application/x-thrift (Thrift's binary protocol)");
        return SpanBody.HandleAsync(ingest, context, wrong, ingest.JaegerAsync);
    }
}
