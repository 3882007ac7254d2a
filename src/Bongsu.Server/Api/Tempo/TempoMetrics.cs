using System.Globalization;
using System.Text.Json;
using Bongsu.Query;
using Bongsu.Query.TraceQL;
using Microsoft.AspNetCore.Http;

namespace Bongsu.Server.Api.Tempo;

/// <summary>metrics/query_range and metrics/query.</summary>
internal sealed class TempoMetrics(TraceQlEngine engine, TimeProvider time)
{
    private const int DefaultExemplars = 100;
    private const int MaxExemplars = 1_000;

    public Task RangeAsync(HttpContext context) => TempoReply.GuardAsync(context, async () =>
    {
        var request = new TempoRequest(context, time);
        var (start, end, step) = request.Steps();
        var query = new TraceMetricsRequest(QueryOf(request), start, end, step) { MaxExemplars = Math.Min(MaxExemplars, request.Count("exemplars", DefaultExemplars)) };
        await AnswerAsync(context, query, Write, TempoProtobuf.Range);
    });

    /// <summary>One value a series, for the whole range.</summary>
    public Task InstantAsync(HttpContext context) => TempoReply.GuardAsync(context, async () =>
    {
        var request = new TempoRequest(context, time);
        var (start, end) = request.MetricsRange();
        await AnswerAsync(context, new TraceMetricsRequest(QueryOf(request), start, end, end - start), WriteInstant, TempoProtobuf.Instant);
    });

    private static string QueryOf(TempoRequest request) => request.Get("q") ?? request.Get("query") ?? "";

    private async Task AnswerAsync(HttpContext context, TraceMetricsRequest query, Action<Utf8JsonWriter, QueryAnswer<TraceMetrics>> write,
        Func<QueryAnswer<TraceMetrics>, ProtoMessage> encode)
    {
        var answer = await engine.MetricsAsync(query, context.RequestAborted);
        if (answer.Failure is { } failure)
            await TempoReply.FailureAsync(context, failure);
        else
            await TempoReply.SendAsync(context, json => write(json, answer), () => encode(answer));
    }

    private static void Write(Utf8JsonWriter json, QueryAnswer<TraceMetrics> answer)
    {
        json.WriteStartObject();
        json.WriteStartArray("series");
        foreach (var series in answer.Value!.Series)
        {
            json.WriteStartObject();
            WriteLabels(json, series.Labels);
            json.WriteStartArray("samples");
            foreach (var (timestamp, value) in series.Points)
            {
                json.WriteStartObject();
                json.WriteString("timestampMs", timestamp.ToString(CultureInfo.InvariantCulture));
                TempoReply.WriteDouble(json, "value", value);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            WritePromLabels(json, series.Labels);
            WriteExemplars(json, series.Exemplars);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        WriteEnd(json, answer);
    }

    private static void WriteInstant(Utf8JsonWriter json, QueryAnswer<TraceMetrics> answer)
    {
        json.WriteStartObject();
        json.WriteStartArray("series");
        foreach (var series in answer.Value!.Series)
        {
            json.WriteStartObject();
            WriteLabels(json, series.Labels);
            TempoReply.WriteDouble(json, "value", series.Points[0].Value);
            WritePromLabels(json, series.Labels);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        WriteEnd(json, answer);
    }

    private static void WriteEnd(Utf8JsonWriter json, QueryAnswer<TraceMetrics> answer)
    {
        TempoReply.WriteMetrics(json, answer.Value!.TracesInspected, answer.Value.SpansInspected);
        TempoReply.WritePartial(json, answer.Warnings);
        json.WriteEndObject();
    }

    private static void WriteLabels(Utf8JsonWriter json, IReadOnlyList<KeyValuePair<string, TraceValue>> labels)
    {
        json.WriteStartArray("labels");
        foreach (var (key, value) in labels)
            TempoReply.WriteAttribute(json, key, value);
        json.WriteEndArray();
    }

    private static void WritePromLabels(Utf8JsonWriter json, IReadOnlyList<KeyValuePair<string, TraceValue>> labels) =>
        json.WriteString("promLabels", "{" + string.Join(", ", labels.Select(l => $"{l.Key}={TagCondition.Quote(l.Value.ToString())}")) + "}");

    private static void WriteExemplars(Utf8JsonWriter json, IReadOnlyList<TraceExemplar> exemplars)
    {
        if (exemplars.Count == 0)
            return;
        json.WriteStartArray("exemplars");
        foreach (var exemplar in exemplars)
        {
            json.WriteStartObject();
            WriteLabels(json, exemplar.Labels);
            TempoReply.WriteDouble(json, "value", exemplar.Value);
            json.WriteString("timestampMs", exemplar.TimestampMs.ToString(CultureInfo.InvariantCulture));
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
