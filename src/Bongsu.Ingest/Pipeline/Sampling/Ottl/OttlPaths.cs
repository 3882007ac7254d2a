using System.Globalization;

namespace Bongsu.Ingest.Pipeline.Sampling.Ottl;

/// <summary>The names that conditions may use.</summary>
internal static class OttlPaths
{
    public const string Known = "the paths attributes[\"…\"], resource.attributes[\"…\"], scope.attributes[\"…\"], scope.name, scope.version, name, kind, status.code, status.message, "
        + "trace_id.string, span_id.string, parent_span_id.string, trace_state, start_time_unix_nano, end_time_unix_nano, dropped_attributes_count, each also behind span. or spanevent.";

    public static long? Enum(string name) => name switch
    {
        "STATUS_CODE_UNSET" or "SPAN_KIND_UNSPECIFIED" => 0,
        "STATUS_CODE_OK" or "SPAN_KIND_INTERNAL" => 1,
        "STATUS_CODE_ERROR" or "SPAN_KIND_SERVER" => 2,
        "SPAN_KIND_CLIENT" => 3,
        "SPAN_KIND_PRODUCER" => 4,
        "SPAN_KIND_CONSUMER" => 5,
        _ => null,
    };

    public static OttlOwner? Owner(string path, bool isEvent) => path switch
    {
        "attributes" => isEvent ? OttlOwner.Event : OttlOwner.Span,
        "span.attributes" => OttlOwner.Span,
        "spanevent.attributes" when isEvent => OttlOwner.Event,
        "resource.attributes" => OttlOwner.Resource,
        "scope.attributes" or "instrumentation_scope.attributes" => OttlOwner.Scope,
        _ => null,
    };

    public static OttlField? Field(string path, bool isEvent)
    {
        if (path.StartsWith("span.", StringComparison.Ordinal))
            return OfSpan(path["span.".Length..]);
        if (path.StartsWith("spanevent.", StringComparison.Ordinal))
            return isEvent ? OfEvent(path["spanevent.".Length..]) : null;
        if (OfScope(path) is { } field)
            return field;
        return isEvent ? OfEvent(path) : OfSpan(path);
    }

    /// <summary>A duration as Go writes it.</summary>
    public static long? DurationNanos(string text)
    {
        var (at, total) = (0, 0.0);
        while (at < text.Length)
        {
            var start = at;
            while (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] == '.'))
                at++;
            var digits = at;
            while (at < text.Length && !char.IsAsciiDigit(text[at]) && text[at] != '.')
                at++;
            var unit = text[digits..at] switch { "ns" => 1, "us" or "µs" => 1e3, "ms" => 1e6, "s" => 1e9, "m" => 60e9, "h" => 3600e9, _ => 0 };
            if (unit == 0 || !double.TryParse(text[start..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
                return null;
            total += number * unit;
        }
        return text.Length > 0 && total < long.MaxValue ? (long)total : null;
    }

    private static OttlField? OfScope(string path) => path switch
    {
        "scope.name" or "instrumentation_scope.name" => OttlField.ScopeName,
        "scope.version" or "instrumentation_scope.version" => OttlField.ScopeVersion,
        _ => null,
    };

    private static OttlField? OfSpan(string path) => path switch
    {
        "name" => OttlField.Name,
        "kind" => OttlField.Kind,
        "status.code" or "status" => OttlField.StatusCode,
        "status.message" => OttlField.StatusMessage,
        "trace_id.string" => OttlField.TraceId,
        "span_id.string" => OttlField.SpanId,
        "parent_span_id.string" => OttlField.ParentSpanId,
        "trace_state" => OttlField.TraceState,
        "start_time_unix_nano" or "start_time" => OttlField.StartTime,
        "end_time_unix_nano" or "end_time" => OttlField.EndTime,
        "dropped_attributes_count" => OttlField.DroppedAttributes,
        _ => null,
    };

    private static OttlField? OfEvent(string path) => path switch
    {
        "name" => OttlField.EventName,
        "time_unix_nano" or "time" => OttlField.EventTime,
        "dropped_attributes_count" => OttlField.EventDroppedAttributes,
        _ => null,
    };
}
