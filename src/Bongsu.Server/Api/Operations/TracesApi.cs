using System.Globalization;
using System.Text.Json;
using Bongsu.Query.TraceQL;
using Bongsu.Query.Traces;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Bongsu.Server.Api.Operations;

/// <summary>
/// GET /bongsu/v1/traces/{traceId}: a whole trace in columns, as the page draws it. GET /bongsu/v1/traces/{traceId}/analysis: what its shape says.
/// </summary>
internal static class TracesApi
{
    private const int DefaultSpans = 50_000;
    private const int MaxSpans = 100_000;

    public static void Map(IEndpointRouteBuilder routes, TraceQlEngine engine)
    {
        routes.MapGet("/bongsu/v1/traces/{traceId}", context => SpansAsync(context, engine));
        routes.MapGet("/bongsu/v1/traces/{traceId}/analysis", context => AnalyzeAsync(context, engine));
    }

    private static async Task SpansAsync(HttpContext context, TraceQlEngine engine)
    {
        var limit = DefaultSpans;
        if (context.Request.Query["limit"] is [{ Length: > 0 } text, ..] && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > MaxSpans))
        {
            await ErrorAsync(context, StatusCodes.Status400BadRequest, "badLimit", $"limit is a whole number from 1 to {MaxSpans}: \"{text}\" is none");
            return;
        }
        if (await FindAsync(context, engine) is var (batch, analysis, warnings))
            await QueryReply.SendAsync(context, json => new TraceSpansJson(batch, analysis, limit).Write(json, warnings));
    }

    private static async Task AnalyzeAsync(HttpContext context, TraceQlEngine engine)
    {
        if (await FindAsync(context, engine) is var (_, analysis, warnings))
            await QueryReply.SendAsync(context, json => Write(json, analysis, warnings));
    }

    // Null when the failure has been sent.
    private static async Task<(SpanBatch Batch, TraceAnalysis Analysis, IReadOnlyList<string> Warnings)?> FindAsync(HttpContext context, TraceQlEngine engine)
    {
        var text = (string)context.Request.RouteValues["traceId"]!;
        if (!TraceId.TryParse(text, out var id))
        {
            await ErrorAsync(context, StatusCodes.Status400BadRequest, "badTraceId", $"trace ids are 1 to 32 hexadecimal digits: \"{text}\" is none");
            return null;
        }
        var answer = await engine.TracesAsync([id], context.RequestAborted);
        if (answer.Failure is { } failure)
        {
            QueryReply.SetRetryAfter(context.Response, failure);
            await ErrorAsync(context, QueryReply.StatusOf(failure), "queryFailed", failure.Message);
            return null;
        }
        if (TraceAnalyzer.Analyze(answer.Value!) is { } analysis)
            return (answer.Value!, analysis, answer.Warnings);
        await ErrorAsync(context, StatusCodes.Status404NotFound, "notFound", $"no span of trace {id} is stored");
        return null;
    }

    private static void Write(Utf8JsonWriter json, TraceAnalysis analysis, IReadOnlyList<string> warnings)
    {
        json.WriteStartObject();
        json.WriteString("traceId", analysis.TraceId.ToString());
        json.WriteString("rootService", analysis.RootService);
        json.WriteString("rootName", analysis.RootName);
        json.WriteString("startUnixNano", analysis.StartUnixNano.ToString(CultureInfo.InvariantCulture));
        json.WriteNumber("durationNanos", analysis.DurationNanos);
        json.WriteNumber("spanCount", analysis.SpanCount);
        json.WriteNumber("errorCount", analysis.ErrorCount);
        WriteTexts(json, "services", analysis.Services);
        json.WriteStartArray("criticalPath");
        foreach (var segment in analysis.CriticalPath)
        {
            json.WriteStartObject();
            json.WriteString("spanId", segment.SpanId.ToString());
            json.WriteNumber("fromNanos", segment.FromNanos);
            json.WriteNumber("toNanos", segment.ToNanos);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        WriteWait(json, analysis.WidestWait);
        WriteTexts(json, "problems", [.. analysis.Problems, .. warnings]);
        json.WriteEndObject();
    }

    private static void WriteWait(Utf8JsonWriter json, WidestWait? wait)
    {
        json.WritePropertyName("widestWait");
        if (wait is null)
        {
            json.WriteNullValue();
            return;
        }
        json.WriteStartObject();
        json.WriteString("spanId", wait.SpanId.ToString());
        json.WriteString("peer", wait.Peer);
        json.WriteNumber("nanos", wait.Nanos);
        json.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
    }

    private static async Task ErrorAsync(HttpContext context, int status, string code, string message)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, QueryReply.Json);
        json.WriteStartObject();
        json.WriteStartObject("error");
        json.WriteString("code", code);
        json.WriteString("message", message);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
