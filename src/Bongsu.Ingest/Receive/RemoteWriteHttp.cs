using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Bongsu.Ingest.Receive;

/// <summary>
/// Prometheus remote write 1.0 and 2.0 (prometheus.io/docs/specs/prw): one message in a Snappy block. Which of the two it is stands in the content type.
/// </summary>
internal sealed class RemoteWriteHttp(IngestService ingest)
{
    private const string V1 = "prometheus.WriteRequest";
    private const string V2 = "io.prometheus.write.v2.Request";

    public async Task HandleAsync(HttpContext context)
    {
        var (body, failure) = (default(PooledBuffer), Check(context.Request, out var isV2));
        // Why: from here on the content is negotiated, and a sender of 2.0 is told in every answer what was written.
        if (failure is null && isV2)
            TellWritten(context.Response, default);
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
        {
            var answer = isV2 ? await ingest.RemoteWriteV2Async(body!.Memory, context.RequestAborted) : await ingest.RemoteWriteAsync(body!.Memory, context.RequestAborted);
            if (isV2)
                TellWritten(context.Response, answer.Outcome?.Written ?? default);
            await PlainReply.SendAsync(context, answer);
        }
    }

    private static void TellWritten(HttpResponse response, WrittenCounts written)
    {
        response.Headers["X-Prometheus-Remote-Write-Samples-Written"] = written.Samples.ToString(CultureInfo.InvariantCulture);
        response.Headers["X-Prometheus-Remote-Write-Histograms-Written"] = written.Histograms.ToString(CultureInfo.InvariantCulture);
        response.Headers["X-Prometheus-Remote-Write-Exemplars-Written"] = written.Exemplars.ToString(CultureInfo.InvariantCulture);
    }

    private static RequestFailure? Check(HttpRequest request, out bool isV2)
    {
        if (!TryMessage(request.ContentType, out isV2))
            return RequestFailure.UnsupportedType($"Content-Type '{request.ContentType}' is not taken; send {MediaType.Protobuf} (remote write 1.0) or {MediaType.Protobuf};proto={V2} (2.0)");
        var encoding = request.Headers.ContentEncoding.ToString().Trim().ToLowerInvariant();
        return encoding is "" or "snappy" ? null : RequestFailure.UnsupportedType($"Content-Encoding '{encoding}' is not taken; remote write is snappy (block format)");
    }

    private static bool TryMessage(string? contentType, out bool isV2)
    {
        isV2 = false;
        if (string.IsNullOrWhiteSpace(contentType) || contentType == MediaType.Protobuf)
            return true;
        if (!MediaTypeHeaderValue.TryParse(contentType, out var type) || !type.MediaType.Equals(MediaType.Protobuf, StringComparison.OrdinalIgnoreCase))
            return false;
        var isKnown = true;
        foreach (var parameter in type.Parameters)
        {
            if (!parameter.Name.Equals("proto", StringComparison.OrdinalIgnoreCase))
                continue;
            isV2 = HeaderUtilities.RemoveQuotes(parameter.Value).Equals(V2, StringComparison.Ordinal);
            isKnown = isV2 || HeaderUtilities.RemoveQuotes(parameter.Value).Equals(V1, StringComparison.Ordinal);
        }
        return isKnown;
    }
}
