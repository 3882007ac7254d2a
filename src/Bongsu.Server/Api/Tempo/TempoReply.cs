using System.Globalization;
using System.Text.Json;
using Bongsu.Query;
using Bongsu.Query.TraceQL;
using Microsoft.AspNetCore.Http;

namespace Bongsu.Server.Api.Tempo;

/// <summary>Writes replies in Tempo's forms.</summary>
internal static class TempoReply
{
    /// <summary>The Tempo whose API this is; Grafana decides by it which features to use.</summary>
    private const string Version = "2.7.1";

    /// <summary>The status of an answer that lacks something.</summary>
    public const string Partial = "PARTIAL";

    private const string Protobuf = "application/protobuf";

    public static async Task GuardAsync(HttpContext context, Func<Task> handle)
    {
        try
        {
            await handle();
        }
        catch (TempoBadRequestException e)
        {
            await ErrorAsync(context, StatusCodes.Status400BadRequest, e.Message);
        }
    }

    public static Task FailureAsync(HttpContext context, QueryFailure failure) => QueryReply.SendFailureAsync(context, failure);

    public static Task ErrorAsync(HttpContext context, int status, string message) => QueryReply.SendErrorAsync(context, status, message);

    /// <summary>Sends JSON, or protobuf when that is accepted.</summary>
    public static Task SendAsync(HttpContext context, Action<Utf8JsonWriter> write, Func<ProtoMessage> encode) =>
        AcceptsProtobuf(context) ? SendProtobufAsync(context, encode().Bytes.ToArray()) : SendAsync(context, write);

    public static bool AcceptsProtobuf(HttpContext context) => context.Request.Headers.Accept.ToString().Contains(Protobuf, StringComparison.OrdinalIgnoreCase);

    public static async Task SendProtobufAsync(HttpContext context, ReadOnlyMemory<byte> bytes)
    {
        context.Response.ContentType = Protobuf;
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }

    public static Task SendAsync(HttpContext context, Action<Utf8JsonWriter> write) => QueryReply.SendAsync(context, write);

    /// <summary>How much was looked at. There are no jobs to split a query into: one did it all.</summary>
    public static void WriteMetrics(Utf8JsonWriter json, int traces, long spans)
    {
        json.WriteStartObject("metrics");
        json.WriteNumber("inspectedTraces", traces);
        json.WriteString("inspectedSpans", spans.ToString(CultureInfo.InvariantCulture));
        json.WriteNumber("completedJobs", 1);
        json.WriteNumber("totalJobs", 1);
        json.WriteEndObject();
    }

    /// <summary>That something may be missing, and why; nothing where all is there, for older clients do not know the field.</summary>
    public static void WritePartial(Utf8JsonWriter json, IReadOnlyList<string> warnings)
    {
        if (warnings.Count == 0)
            return;
        json.WriteString("status", Partial);
        json.WriteString("message", string.Join("; ", warnings));
    }

    public static void WriteWarnings(Utf8JsonWriter json, IReadOnlyList<string> warnings)
    {
        if (warnings.Count == 0)
            return;
        json.WriteStartArray("warnings");
        foreach (var warning in warnings)
            json.WriteStringValue(warning);
        json.WriteEndArray();
    }

    /// <summary>Numbers as protobuf's JSON has them: what is not finite is a text.</summary>
    public static void WriteDouble(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value))
            json.WriteNumber(name, value);
        else
            json.WriteString(name, double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity");
    }

    /// <summary>A key and a value in the form of OTLP's JSON.</summary>
    public static void WriteAttribute(Utf8JsonWriter json, string key, TraceValue value)
    {
        json.WriteStartObject();
        json.WriteString("key", key);
        json.WritePropertyName("value");
        WriteValue(json, value);
        json.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter json, TraceValue value)
    {
        json.WriteStartObject();
        switch (value.Type)
        {
            case TraceValueKind.Int or TraceValueKind.Duration:
                json.WriteString("intValue", value.Whole.ToString(CultureInfo.InvariantCulture));
                break;
            case TraceValueKind.Float:
                WriteDouble(json, "doubleValue", value.Float);
                break;
            case TraceValueKind.Bool:
                json.WriteBoolean("boolValue", value.IsTrue);
                break;
            case TraceValueKind.List or TraceValueKind.Each:
                json.WriteStartObject("arrayValue");
                json.WriteStartArray("values");
                foreach (var item in value.Items!)
                    WriteValue(json, item);
                json.WriteEndArray();
                json.WriteEndObject();
                break;
            default:
                json.WriteString("stringValue", value.ToString());
                break;
        }
        json.WriteEndObject();
    }

    public static Task BuildAsync(HttpContext context) => QueryReply.SendBuildAsync(context, Version);
}

/// <summary>A request that cannot be answered as it stands; becomes 400 with the message as text.</summary>
internal sealed class TempoBadRequestException(string message) : Exception(message);
