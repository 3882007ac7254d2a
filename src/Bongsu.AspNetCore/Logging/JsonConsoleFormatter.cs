using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Bongsu.AspNetCore.Options;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Bongsu.AspNetCore.Logging;

/// <summary>One JSON object a line: fixed fields first, then the record's own attributes in snake_case beside them.</summary>
internal sealed class JsonConsoleFormatter(ServiceIdentity identity, TimeProvider time) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "bongsu-json";

    // Relaxed, so that text in any script stays readable; the lines are not embedded in HTML.
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var attributes = new List<KeyValuePair<string, object?>>();
        LogAttributes.AddState(attributes, logEntry.State);
        LogAttributes.AddScopes(attributes, scopeProvider);
        LogAttributes.AddException(attributes, logEntry.Exception);
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, WriterOptions))
        {
            json.WriteStartObject();
            json.WriteString("timestamp", time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            json.WriteString("level", Level(logEntry.LogLevel));
            json.WriteString("message", logEntry.Formatter(logEntry.State, logEntry.Exception));
            json.WriteString("category", logEntry.Category);
            json.WriteString("service", identity.ServiceName);
            json.WriteString("version", identity.Version);
            json.WriteString("env", identity.EnvironmentName);
            if (Activity.Current is { } activity)
            {
                json.WriteString("trace_id", activity.TraceId.ToHexString());
                json.WriteString("span_id", activity.SpanId.ToHexString());
            }
            if (!string.IsNullOrEmpty(logEntry.EventId.Name))
                json.WriteString("event", logEntry.EventId.Name);
            WriteAttributes(json, attributes);
            json.WriteEndObject();
        }
        textWriter.WriteLine(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    private static void WriteAttributes(Utf8JsonWriter json, List<KeyValuePair<string, object?>> attributes)
    {
        var written = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (key, value) in attributes)
        {
            var name = SnakeCase.Of(key);
            if (IsFixed(name))
                name = "attr_" + name;
            if (key != "log.template" && written.Add(name))
                WriteValue(json, name, value);
        }
    }

    private static void WriteValue(Utf8JsonWriter json, string name, object? value)
    {
        switch (value)
        {
            case null: break;
            case bool truth: json.WriteBoolean(name, truth); break;
            case long or int or short or byte: json.WriteNumber(name, Convert.ToInt64(value, CultureInfo.InvariantCulture)); break;
            case double or float when double.IsFinite(Convert.ToDouble(value, CultureInfo.InvariantCulture)):
                json.WriteNumber(name, Convert.ToDouble(value, CultureInfo.InvariantCulture));
                break;
            case string[] texts:
                json.WriteStartArray(name);
                foreach (var text in texts)
                    json.WriteStringValue(text);
                json.WriteEndArray();
                break;
            default: json.WriteString(name, Convert.ToString(value, CultureInfo.InvariantCulture)); break;
        }
    }

    private static bool IsFixed(string name) =>
        name is "timestamp" or "level" or "message" or "category" or "service" or "version" or "env" or "trace_id" or "span_id" or "event";

    private static string Level(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "error",
        _ => "fatal",
    };
}
