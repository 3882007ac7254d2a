using System.Globalization;
using System.Text.Json;
using Bongsu.Query.LogQL;
using Bongsu.Query.PromQL;
using Bongsu.Telemetry.Labels;
using Microsoft.AspNetCore.Http;

namespace Bongsu.Server.Api.Loki;

/// <summary>Writes answers of LogQL queries as Loki does. Pure.</summary>
internal static class LokiResultJson
{
    private const string FlagsHeader = "X-Loki-Response-Encoding-Flags";
    private const string FlagsParameter = "encodingFlags";
    private const string Categorize = "categorize-labels";

    /// <summary>Whether labels of a line are wanted apart by origin: Loki's header says so, or the parameter of the same meaning, since a browser cannot give headers to a WebSocket.</summary>
    public static bool IsCategorized(HttpRequest request) =>
        request.Headers[FlagsHeader].ToString().Contains(Categorize, StringComparison.Ordinal) || request.Query[FlagsParameter].ToString().Contains(Categorize, StringComparison.Ordinal);

    public static void Write(Utf8JsonWriter json, LogQlResult result, IReadOnlyList<string> warnings, bool categorize, double seconds)
    {
        json.WriteStartObject();
        json.WriteString("status", "success");
        json.WriteStartObject("data");
        if (result.Streams is { } streams)
        {
            json.WriteString("resultType", "streams");
            WriteStreams(json, "result", streams, categorize);
        }
        else
        {
            WriteMetric(json, result.Metric!);
        }
        WriteStats(json, result, seconds);
        json.WriteEndObject();
        WriteWarnings(json, warnings);
        json.WriteEndObject();
    }

    /// <summary>Streams as a property, with the flag that says how their labels stand.</summary>
    public static void WriteStreams(Utf8JsonWriter json, string property, IReadOnlyList<LogStream> streams, bool categorize)
    {
        if (categorize)
        {
            json.WriteStartArray("encodingFlags");
            json.WriteStringValue(Categorize);
            json.WriteEndArray();
        }
        json.WriteStartArray(property);
        if (categorize)
            WriteCategorized(json, streams);
        else
            WriteMerged(json, streams);
        json.WriteEndArray();
    }

    private static void WriteWarnings(Utf8JsonWriter json, IReadOnlyList<string> warnings)
    {
        if (warnings.Count == 0)
            return;
        json.WriteStartArray("warnings");
        foreach (var warning in warnings)
            json.WriteStringValue(warning);
        json.WriteEndArray();
    }

    // By default every field and parsed label is a label of the stream: lines are grouped anew.
    private static void WriteMerged(Utf8JsonWriter json, IReadOnlyList<LogStream> streams)
    {
        var merged = new MergedStreams();
        foreach (var stream in streams)
            merged.Add(stream);
        foreach (var (labels, lines) in merged.Groups)
        {
            json.WriteStartObject();
            json.WritePropertyName("stream");
            WriteLabels(json, labels);
            json.WriteStartArray("values");
            foreach (var line in lines)
                WriteLine(json, line, categorize: false);
            json.WriteEndArray();
            json.WriteEndObject();
        }
    }

    private static void WriteCategorized(Utf8JsonWriter json, IReadOnlyList<LogStream> streams)
    {
        foreach (var stream in streams)
        {
            json.WriteStartObject();
            json.WritePropertyName("stream");
            WriteLabels(json, stream.Labels.ToList());
            json.WriteStartArray("values");
            foreach (var line in stream.Lines)
                WriteLine(json, line, categorize: true);
            json.WriteEndArray();
            json.WriteEndObject();
        }
    }

    private static void WriteLine(Utf8JsonWriter json, LogLine line, bool categorize)
    {
        json.WriteStartArray();
        json.WriteStringValue(line.TimeUnixNano.ToString(CultureInfo.InvariantCulture));
        json.WriteStringValue(line.Text);
        if (categorize)
        {
            json.WriteStartObject();
            if (!line.Fields.IsEmpty)
            {
                json.WritePropertyName("structuredMetadata");
                WriteLabels(json, line.Fields.ToList());
            }
            if (line.Parsed.Count > 0)
            {
                json.WritePropertyName("parsed");
                WriteLabels(json, line.Parsed);
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    public static void WriteLabels(Utf8JsonWriter json, IEnumerable<Label> labels)
    {
        json.WriteStartObject();
        foreach (var (name, value) in labels)
            json.WriteString(name, value);
        json.WriteEndObject();
    }

    private static void WriteMetric(Utf8JsonWriter json, PromValue value)
    {
        switch (value)
        {
            case PromScalar scalar:
                json.WriteString("resultType", "scalar");
                json.WritePropertyName("result");
                WritePoint(json, scalar.Point);
                break;
            case PromVector vector:
                json.WriteString("resultType", "vector");
                json.WriteStartArray("result");
                foreach (var sample in vector.Samples)
                    WriteSeries(json, sample.Labels.ToList(), "value", [sample.Point]);
                json.WriteEndArray();
                break;
            case PromMatrix matrix:
                json.WriteString("resultType", "matrix");
                json.WriteStartArray("result");
                foreach (var series in matrix.Series)
                    WriteSeries(json, series.Labels.ToList(), "values", series.Points);
                json.WriteEndArray();
                break;
        }
    }

    /// <summary>A metric's answer whose labels no label set can hold.</summary>
    public static void WriteMetric(Utf8JsonWriter json, IEnumerable<(IReadOnlyList<Label> Labels, IReadOnlyList<PromPoint> Points)> series, bool isMatrix,
        IReadOnlyList<string> warnings)
    {
        json.WriteStartObject();
        json.WriteString("status", "success");
        json.WriteStartObject("data");
        json.WriteString("resultType", isMatrix ? "matrix" : "vector");
        json.WriteStartArray("result");
        foreach (var (labels, points) in series)
            WriteSeries(json, labels, isMatrix ? "values" : "value", points);
        json.WriteEndArray();
        json.WriteEndObject();
        WriteWarnings(json, warnings);
        json.WriteEndObject();
    }

    private static void WriteSeries(Utf8JsonWriter json, IEnumerable<Label> labels, string property, IReadOnlyList<PromPoint> points)
    {
        json.WriteStartObject();
        json.WritePropertyName("metric");
        WriteLabels(json, labels);
        json.WritePropertyName(property);
        if (property == "values")
            json.WriteStartArray();
        foreach (var point in points)
            WritePoint(json, point);
        if (property == "values")
            json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WritePoint(Utf8JsonWriter json, PromPoint point)
    {
        json.WriteStartArray();
        json.WriteNumberValue(point.TimestampMs / 1000m);
        json.WriteStringValue(Number(point.Value));
        json.WriteEndArray();
    }

    private static string Number(double value)
    {
        if (double.IsNaN(value))
            return "NaN";
        if (double.IsInfinity(value))
            return value > 0 ? "+Inf" : "-Inf";
        return value.ToString("R", CultureInfo.InvariantCulture);
    }

    private static void WriteStats(Utf8JsonWriter json, LogQlResult result, double seconds)
    {
        var lines = result.Streams?.Sum(s => s.Lines.Count) ?? 0;
        json.WriteStartObject("stats");
        json.WriteStartObject("summary");
        json.WriteNumber("bytesProcessedPerSecond", seconds > 0 ? (long)(result.BytesScanned / seconds) : 0);
        json.WriteNumber("linesProcessedPerSecond", seconds > 0 ? (long)(result.RecordsScanned / seconds) : 0);
        json.WriteNumber("totalBytesProcessed", result.BytesScanned);
        json.WriteNumber("totalLinesProcessed", result.RecordsScanned);
        json.WriteNumber("execTime", seconds);
        json.WriteNumber("queueTime", 0);
        json.WriteNumber("subqueries", 0);
        json.WriteNumber("totalEntriesReturned", lines);
        json.WriteNumber("splits", 0);
        json.WriteNumber("shards", 0);
        json.WriteEndObject();
        if (result.CountedFromNanos is { } from)
            json.WriteString("countedFrom", from.ToString(CultureInfo.InvariantCulture));
        json.WriteEndObject();
    }
}
