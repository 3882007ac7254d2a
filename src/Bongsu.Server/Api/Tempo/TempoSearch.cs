using System.Globalization;
using System.Text.Json;
using Bongsu.Query.TraceQL;
using Microsoft.AspNetCore.Http;

namespace Bongsu.Server.Api.Tempo;

/// <summary>search: traces by TraceQL, or by the older parameters.</summary>
internal sealed class TempoSearch(TraceQlEngine engine, TimeProvider time)
{
    private const int DefaultLimit = 20;
    private const int DefaultSpans = 3;

    /// <summary>What Tempo says where a root is missing.</summary>
    private const string NoRoot = "<root span not yet received>";

    public Task SearchAsync(HttpContext context) => TempoReply.GuardAsync(context, async () =>
    {
        var request = new TempoRequest(context, time);
        var (start, end) = request.Range();
        var limit = request.Count("limit", DefaultLimit);
        var spans = request.Count("spss", DefaultSpans);
        var answer = await engine.FindAsync(request.Query(), start, end, limit, spans, context.RequestAborted);
        if (answer.Failure is { } failure)
            await TempoReply.FailureAsync(context, failure);
        else
            await TempoReply.SendAsync(context, json => Write(json, answer.Value!, answer.Warnings), () => TempoProtobuf.Search(answer.Value!));
    });

    /// <summary>What is told of a found span: what the query names, and its service.</summary>
    public static IEnumerable<KeyValuePair<string, TraceValue>> AttributesOf(FoundSpan span) =>
        span.ServiceName.Length == 0 || span.Attributes.Any(a => a.Key is "service.name" or ".service.name" or "resource.service.name")
            ? span.Attributes
            : span.Attributes.Append(new("service.name", TraceValue.OfText(span.ServiceName)));

    private static void Write(Utf8JsonWriter json, TraceSearchResult result, IReadOnlyList<string> warnings)
    {
        json.WriteStartObject();
        json.WriteStartArray("traces");
        foreach (var trace in result.Traces)
            Write(json, trace);
        json.WriteEndArray();
        TempoReply.WriteMetrics(json, result.TracesInspected, result.SpansInspected);
        TempoReply.WriteWarnings(json, warnings);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, FoundTrace trace)
    {
        var hasRoot = trace.RootServiceName.Length > 0 || trace.RootName.Length > 0;
        json.WriteStartObject();
        json.WriteString("traceID", trace.TraceId.ToString());
        json.WriteString("rootServiceName", hasRoot ? trace.RootServiceName : NoRoot);
        json.WriteString("rootTraceName", trace.RootName);
        json.WriteString("startTimeUnixNano", trace.StartUnixNano.ToString(CultureInfo.InvariantCulture));
        json.WriteNumber("durationMs", trace.DurationNanos / 1_000_000);
        json.WritePropertyName("spanSet");
        Write(json, trace.Spansets[0]);
        json.WriteStartArray("spanSets");
        foreach (var set in trace.Spansets)
            Write(json, set);
        json.WriteEndArray();
        json.WriteStartObject("serviceStats");
        foreach (var service in trace.Services)
        {
            json.WriteStartObject(service.Name);
            json.WriteNumber("spanCount", service.SpanCount);
            json.WriteNumber("errorCount", service.ErrorCount);
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, FoundSpanset set)
    {
        json.WriteStartObject();
        json.WriteStartArray("spans");
        foreach (var span in set.Spans)
        {
            json.WriteStartObject();
            json.WriteString("spanID", span.SpanId.ToString());
            json.WriteString("name", span.Name);
            json.WriteString("startTimeUnixNano", span.StartUnixNano.ToString(CultureInfo.InvariantCulture));
            json.WriteString("durationNanos", span.DurationNanos.ToString(CultureInfo.InvariantCulture));
            json.WriteStartArray("attributes");
            foreach (var (key, value) in AttributesOf(span))
                TempoReply.WriteAttribute(json, key, value);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteNumber("matched", set.Matched);
        if (set.By.Count > 0)
        {
            json.WriteStartArray("attributes");
            foreach (var (text, value) in set.By)
                TempoReply.WriteAttribute(json, $"by({text})", value);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }
}
