using Bongsu.Telemetry;
using Bongsu.Telemetry.Events;
using Microsoft.AspNetCore.Http;

namespace Bongsu.Server.Api.Tempo;

/// <summary>traces/{id}: a whole trace, as JSON or protobuf.</summary>
internal sealed class TempoTraces(ITelemetryStore store)
{
    private const string Protobuf = "application/protobuf";

    public Task V1Async(HttpContext context) => SendAsync(context, isV2: false);

    public Task V2Async(HttpContext context) => SendAsync(context, isV2: true);

    private async Task SendAsync(HttpContext context, bool isV2)
    {
        var text = (string)context.Request.RouteValues["id"]!;
        if (!TraceId.TryParse(text, out var id))
        {
            await TempoReply.ErrorAsync(context, StatusCodes.Status400BadRequest, $"trace ids are 1 to 32 hexadecimal digits: \"{text}\" is none");
            return;
        }
        var batch = await store.Spans.TracesAsync([id], [], context.RequestAborted);
        if (batch.Count == 0)
        {
            await TempoReply.ErrorAsync(context, StatusCodes.Status404NotFound, "trace not found");
            return;
        }
        if (context.Request.Headers.Accept.ToString().Contains(Protobuf, StringComparison.OrdinalIgnoreCase))
        {
            var bytes = OtlpTraceProtobuf.Encode(batch, isV2);
            context.Response.ContentType = Protobuf;
            context.Response.ContentLength = bytes.Length;
            await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
            return;
        }
        await TempoReply.SendAsync(context, json => OtlpTraceJson.Write(json, batch, isV2));
    }
}
