using System.Globalization;
using System.Text.Json;
using Bongsu.Query.LogQL;
using Bongsu.Server.Api.Tempo;
using Bongsu.Telemetry.Events;
using Microsoft.AspNetCore.Http;

namespace Bongsu.Server.Api.Jaeger;

/// <summary>The parameters of one request; what is wrong is thrown as a reply, in Jaeger's words.</summary>
internal sealed class JaegerRequest(HttpContext context, TimeProvider time)
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 10_000;
    private const int MaxTraceIds = 1_000;
    private const int MaxTags = 100;
    private const long NanosPerMicrosecond = 1_000;
    private const long NanosPerMillisecond = 1_000_000;

    /// <summary>What Jaeger looks back on when not told: two days for traces, one for dependencies.</summary>
    private static readonly long DayNanos = TimeSpan.FromDays(1).Ticks * TimeSpan.NanosecondsPerTick;

    public string? Get(string name) => context.Request.Query[name] is [{ Length: > 0 } text, ..] ? text : null;

    public string Service => Get("service") ?? throw new JaegerBadRequestException("parameter 'service' is required");

    /// <summary>How many traces.</summary>
    public int Limit
    {
        get
        {
            var limit = Whole("limit") ?? DefaultLimit;
            return limit > 0 ? (int)Math.Min(limit, MaxLimit) : DefaultLimit;
        }
    }

    /// <summary>Two days up to now: what the page can look back on at most.</summary>
    public (long StartNanos, long EndNanos) RecentRange() => (Now - 2 * DayNanos, Now + DayNanos);

    /// <summary>start and end in microseconds; without a start, lookback (such as 1h) before the end.</summary>
    public (long StartNanos, long EndNanos) SearchRange()
    {
        var end = Moment("end", NanosPerMicrosecond) ?? Now;
        var start = Moment("start", NanosPerMicrosecond) ?? end - (Get("lookback") is { } text && LogQlDuration.TryParse(text, out var lookback) ? lookback : 2 * DayNanos);
        return (start, end);
    }

    /// <summary>Up to endTs, for as long as lookback, both in milliseconds.</summary>
    public (long StartNanos, long EndNanos) DependencyRange()
    {
        var end = Moment("endTs", NanosPerMillisecond) ?? Now;
        return (Math.Max(0, end - (Moment("lookback", NanosPerMillisecond) ?? DayNanos)), end);
    }

    public List<TraceId> TraceIds()
    {
        var texts = context.Request.Query["traceID"];
        if (texts.Count > MaxTraceIds)
            throw new JaegerBadRequestException($"{texts.Count} parameters 'traceID'; the limit is {MaxTraceIds}");
        return [.. texts.Select(t => IdOf(t!)).Distinct()];
    }

    public static TraceId IdOf(string text) => TraceId.TryParse(text, out var id) ? id : throw new JaegerBadRequestException($"trace IDs are 1 to 32 hexadecimal digits: \"{text}\" is none");

    /// <summary>The search as TraceQL: service, operation, duration and every tag on one span.</summary>
    public string Query()
    {
        var conditions = new List<string> { "resource.service.name = " + TagCondition.Quote(Service) };
        if (Get("operation") is { } operation)
            conditions.Add("name = " + TagCondition.Quote(operation));
        long? min = DurationNanos("minDuration"), max = DurationNanos("maxDuration");
        if (min > max)
            throw new JaegerBadRequestException("'maxDuration' should be greater than 'minDuration'");
        if (min is not null)
            conditions.Add($"duration >= {min}ns");
        if (max is not null)
            conditions.Add($"duration <= {max}ns");
        conditions.AddRange(Tags().Select(t => ConditionOf(t.Key, t.Value)));
        return "{ " + string.Join(" && ", conditions) + " }";
    }

    // What is a tag in Jaeger's form of a span can be a field of its own here.
    private static string ConditionOf(string key, string value) => (key, value) switch
    {
        ("error", "true") => "(status = error || .error = true)",
        ("span.kind", "server" or "client" or "producer" or "consumer" or "internal") => "kind = " + value,
        ("otel.status_code", "OK" or "ERROR") => "status = " + (value == "OK" ? "ok" : "error"),
        ("otel.status_description", _) => "statusMessage = " + TagCondition.Quote(value),
        ("otel.scope.name" or "otel.library.name", _) => "instrumentation:name = " + TagCondition.Quote(value),
        ("otel.scope.version" or "otel.library.version", _) => "instrumentation:version = " + TagCondition.Quote(value),
        ("event", _) => "event:name = " + TagCondition.Quote(value),
        _ => $"({TagCondition.OfAttribute("." + TagCondition.Quote(key), value)} || {TagCondition.OfAttribute("event." + TagCondition.Quote(key), value)})",
    };

    private List<KeyValuePair<string, string>> Tags()
    {
        var tags = new List<KeyValuePair<string, string>>();
        foreach (var tag in context.Request.Query["tag"])
        {
            var colon = tag!.IndexOf(':');
            tags.Add(colon > 0 ? new(tag[..colon], tag[(colon + 1)..]) : throw new JaegerBadRequestException($"malformed 'tag' parameter, expecting key:value, received: {tag}"));
        }
        foreach (var json in context.Request.Query["tags"])
            tags.AddRange(Object(json!));
        return tags.Count <= MaxTags ? tags : throw new JaegerBadRequestException($"{tags.Count} tags; the limit is {MaxTags}");
    }

    private static List<KeyValuePair<string, string>> Object(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new JaegerBadRequestException("malformed 'tags' parameter, expecting an object such as {\"key\":\"value\"}");
            return [.. document.RootElement.EnumerateObject().Select(p => p.Value.ValueKind == JsonValueKind.String
                ? KeyValuePair.Create(p.Name, p.Value.GetString()!)
                : throw new JaegerBadRequestException($"malformed 'tags' parameter, the value of \"{p.Name}\" must be a string: {{\"{p.Name}\":\"…\"}}"))];
        }
        catch (JsonException e)
        {
            throw new JaegerBadRequestException($"malformed 'tags' parameter, cannot unmarshal JSON at character {e.BytePositionInLine + 1}");
        }
    }

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds() * NanosPerMillisecond;

    private long? DurationNanos(string name)
    {
        if (Get(name) is not { } text)
            return null;
        return LogQlDuration.TryParseFraction(text, out var nanos) ? nanos : throw new JaegerBadRequestException($"unable to parse param '{name}': \"{text}\" is no duration such as 100ms or 1.5s");
    }

    private long? Moment(string name, long unitNanos)
    {
        if (Whole(name) is not { } value)
            return null;
        return value >= 0 && value <= long.MaxValue / unitNanos ? value * unitNanos : throw new JaegerBadRequestException($"unable to parse param '{name}': {value} is out of range");
    }

    private long? Whole(string name)
    {
        if (Get(name) is not { } text)
            return null;
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new JaegerBadRequestException($"unable to parse param '{name}': \"{text}\" is no whole number");
    }
}
