using System.Globalization;
using System.Text.Json;
using Bongsu.Query.TraceQL;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;
using Microsoft.AspNetCore.Http;

namespace Bongsu.Server.Api.Tempo;

/// <summary>traces/{id}: a whole trace, or those of its spans that a selector picks, as JSON or protobuf.</summary>
internal sealed class TempoTraces(TraceQlEngine engine, TimeProvider time)
{
    public Task V1Async(HttpContext context) => TempoReply.GuardAsync(context, async () =>
    {
        if (await FindAsync(context, []) is not { } batch)
            return;
        var rows = SpanRows.All(batch);
        if (TempoReply.AcceptsProtobuf(context))
            await TempoReply.SendProtobufAsync(context, OtlpTraceProtobuf.Trace(batch, rows).Bytes.ToArray());
        else
            await TempoReply.SendAsync(context, json => OtlpTraceJson.Write(json, batch, rows));
    });

    public Task V2Async(HttpContext context) => TempoReply.GuardAsync(context, async () =>
    {
        var warnings = new List<string>();
        if (await FindAsync(context, warnings) is not { } batch || await PickAsync(context, batch, warnings) is not { } rows)
            return;
        await TempoReply.SendAsync(context, json => Write(json, batch, rows, warnings), () => OtlpTraceProtobuf.Response(batch, rows, warnings));
    });

    private static void Write(Utf8JsonWriter json, SpanBatch batch, List<int> rows, List<string> warnings)
    {
        json.WriteStartObject();
        json.WritePropertyName("trace");
        OtlpTraceJson.Write(json, batch, rows, "resourceSpans");
        json.WriteStartObject("metrics");
        json.WriteString("inspectedBytes", batch.Arena.Length.ToString(CultureInfo.InvariantCulture));
        json.WriteEndObject();
        if (warnings.Count == 0)
            json.WriteString("status", "COMPLETE");
        TempoReply.WritePartial(json, warnings);
        json.WriteEndObject();
    }

    // Null when the failure has been sent.
    private async Task<SpanBatch?> FindAsync(HttpContext context, List<string> warnings)
    {
        var text = (string)context.Request.RouteValues["id"]!;
        if (!TraceId.TryParse(text, out var id))
            throw new TempoBadRequestException($"trace ids are 1 to 32 hexadecimal digits: \"{text}\" is none");
        var range = new TempoRequest(context, time).OptionalRange();
        var answer = await engine.TracesAsync([id], context.RequestAborted);
        if (answer.Value is not { } batch)
        {
            await TempoReply.FailureAsync(context, answer.Failure!);
            return null;
        }
        warnings.AddRange(answer.Warnings);
        if (batch.Count > 0 && (range is not var (start, end) || SpanRows.AnyWithin(batch, start, end)))
            return batch;
        await TempoReply.ErrorAsync(context, StatusCodes.Status404NotFound, "trace not found");
        return null;
    }

    // The spans that q picks; null when the failure has been sent.
    private async Task<List<int>?> PickAsync(HttpContext context, SpanBatch batch, List<string> warnings)
    {
        var request = new TempoRequest(context, time);
        if (request.Get("q") is not { } selector)
            return SpanRows.All(batch);
        var ancestors = request.Get("keep_hierarchy") is "false" or "0" ? 0 : request.Depth("ancestor_depth", -1);
        var answer = engine.Pick(selector, batch, ancestors, request.Depth("match_depth", 0));
        if (answer.Failure is { } failure)
        {
            await TempoReply.FailureAsync(context, failure);
            return null;
        }
        var rows = SpanRows.All(batch).FindAll(row => answer.Value![row]);
        if (rows.Count < batch.Count)
            warnings.Add($"q picks {rows.Count} of {batch.Count} spans");
        return rows;
    }
}
