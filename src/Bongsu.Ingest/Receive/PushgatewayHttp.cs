using Bongsu.Ingest.Decode.Exposition;
using Bongsu.Ingest.Scrape.Fetch;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Bongsu.Ingest.Receive;

/// <summary>Pushgateway's API: PUT replaces a group, POST the metrics of the same names in it, DELETE ends it.</summary>
internal sealed class PushgatewayHttp(Pushgateway pushgateway, IngestService ingest)
{
    public async Task HandleAsync(HttpContext context)
    {
        try
        {
            await AnswerAsync(context);
        }
        catch (Exception e) when (context.RequestAborted.IsCancellationRequested && e is OperationCanceledException or ConnectionResetException)
        {
            context.Abort();
        }
        catch (IOException e)
        {
            await PlainReply.FailAsync(context, new RequestFailure(StatusCodes.Status503ServiceUnavailable, $"the push could not be kept: {e.Message}", 5));
        }
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var labels = PushgatewayPath.Parse(RawPath(context), out var error);
        if (labels is null)
        {
            ingest.Counters.Refused();
            await PlainReply.FailAsync(context, RequestFailure.Bad(error!));
            return;
        }
        if (HttpMethods.IsDelete(context.Request.Method))
        {
            await pushgateway.DeleteAsync(labels, context.RequestAborted);
            context.Response.StatusCode = StatusCodes.Status202Accepted;
            return;
        }
        var (body, failure) = await ReadAsync(context);
        using (body)
            failure ??= await pushgateway.PushAsync(labels, body!.Memory, Format(context.Request), HttpMethods.IsPut(context.Request.Method), context.RequestAborted);
        if (failure is not null)
            await PlainReply.FailAsync(context, failure);
    }

    private async Task<(PooledBuffer? Body, RequestFailure? Failure)> ReadAsync(HttpContext context)
    {
        var encoding = context.Request.Headers.ContentEncoding.ToString().Trim().ToLowerInvariant();
        var (body, failure) = encoding is "" or "identity" or "gzip"
            ? await ingest.Bodies.ReadAsync(context, framingBytes: 0, context.RequestAborted)
            : (null, RequestFailure.UnsupportedType($"Content-Encoding '{encoding}' is not taken; send gzip or none"));
        if (failure is null && encoding == "gzip")
            (body, failure) = ingest.Bodies.Gunzip(body!);
        if (failure is not null)
            ingest.Counters.Refused();
        return (body, failure);
    }

    // As in Pushgateway, the plain text is what is meant when nothing else is said.
    private static ExpositionFormat Format(HttpRequest request) => ExpositionType.Of(request.ContentType) ?? ExpositionFormat.PrometheusText;

    /// <summary>The path before anything was decoded: a value may have an encoded slash in it.</summary>
    private static string RawPath(HttpContext context)
    {
        var raw = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        if (!raw.StartsWith(PushgatewayPath.Prefix, StringComparison.Ordinal))
            raw = context.Request.Path.ToUriComponent();
        var end = raw.IndexOf('?', StringComparison.Ordinal);
        return (end < 0 ? raw : raw[..end]).TrimEnd('/');
    }
}
