using System.Globalization;
using System.Text;
using Bongsu.Query.LogQL;
using Microsoft.AspNetCore.Http;

namespace Bongsu.Server.Api.Tempo;

/// <summary>The parameters of one search request; what is wrong is thrown as a reply.</summary>
internal sealed class TempoRequest(HttpContext context, TimeProvider time)
{
    private const long NanosPerSecond = 1_000_000_000;
    private const long DefaultRangeSeconds = 3600;
    private const int MaxLimit = 100_000;

    /// <summary>Seconds that still fit 64 bits as nanoseconds.</summary>
    private const long MaxSeconds = 9_200_000_000;

    public string? Get(string name) => context.Request.Query[name] is { Count: > 0 } values && values[0]!.Length > 0 ? values[0] : null;

    /// <summary>A count of at least 1.</summary>
    public int Count(string name, int otherwise)
    {
        if (Get(name) is not { } text)
            return otherwise;
        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var count))
            throw new TempoBadRequestException($"invalid {name}: \"{text}\" is no whole number");
        return count > 0 ? Math.Min(count, MaxLimit) : throw new TempoBadRequestException($"invalid {name}: must be a positive number");
    }

    /// <summary>Start and end in ns; the last hour when neither is given. Searches of tags default to the same.</summary>
    public (long StartNanos, long EndNanos) Range(bool needsOrder = true)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var end = Seconds("end") ?? now + 1;
        var start = Seconds("start") ?? Math.Min(end, now) - DefaultRangeSeconds;
        if (needsOrder && start >= end)
            throw new TempoBadRequestException("http parameter start must be before end");
        return (start * NanosPerSecond, end * NanosPerSecond);
    }

    public long? DurationNanos(string name)
    {
        if (Get(name) is not { } text)
            return null;
        if (!text.Contains(' ') && TryDuration(text, out var nanos))
            return nanos;
        throw new TempoBadRequestException($"invalid {name}: \"{text}\" is no duration such as 100ms or 1.5s");
    }

    /// <summary>The step of a metrics query: seconds or a duration; about 100 points when left out.</summary>
    public long StepNanos(long rangeNanos)
    {
        if (Get("step") is not { } text)
            return Math.Max(1, rangeNanos / NanosPerSecond / 100) * NanosPerSecond;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < MaxSeconds)
            return seconds * NanosPerSecond;
        return TryDuration(text, out var nanos) && nanos > 0 ? nanos : throw new TempoBadRequestException($"invalid step: \"{text}\" is no duration such as 60s");
    }

    /// <summary>
    /// The query of a search: q, or TraceQL made of the older parameters tags (logfmt), minDuration and maxDuration, which speak of the trace: each
    /// tag may be on another span.
    /// </summary>
    public string Query()
    {
        var query = Get("q");
        var tags = Get("tags");
        long? min = DurationNanos("minDuration"), max = DurationNanos("maxDuration");
        if (min > max)
            throw new TempoBadRequestException("invalid maxDuration: must be greater than minDuration");
        if (query is not null)
            return tags is null && min is null && max is null ? query : throw new TempoBadRequestException("invalid request: can't specify tags and q in the same query");
        var pairs = LogQlPairs.Parse(tags ?? "", out var problem);
        if (problem is not null)
            throw new TempoBadRequestException($"invalid tags: {problem}");
        if (pairs.GroupBy(p => p.Key).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new TempoBadRequestException($"invalid tags: {twice.Key} has two values");
        var conditions = pairs.Select(p => Condition(p.Key, p.Value)).ToList();
        if (min is not null)
            conditions.Add($"traceDuration >= {min}ns");
        if (max is not null)
            conditions.Add($"traceDuration <= {max}ns");
        return conditions.Count == 0 ? "{ }" : string.Join(" && ", conditions.Select(c => "{ " + c + " }"));
    }

    private static string Condition(string key, string value) => key switch
    {
        "name" => $"name = {Quote(value)}",
        "status" or "status.code" when value is "ok" or "error" or "unset" => $"status = {value}",
        "error" when value == "true" => "status = error",
        "root.service.name" => $"rootServiceName = {Quote(value)}",
        "root.name" => $"rootName = {Quote(value)}",
        _ => AttributeCondition("." + Quote(key), value),
    };

    // Without types in the parameter, a value that looks like a number or a boolean may be that as well.
    private static string AttributeCondition(string field, string value)
    {
        var text = $"{field} = {Quote(value)}";
        if (value is "true" or "false" || double.TryParse(value, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _))
            return $"({text} || {field} = {value})";
        return text;
    }

    private static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
        {
            if (c is '"' or '\\')
                quoted.Append('\\');
            quoted.Append(c);
        }
        return quoted.Append('"').ToString();
    }

    private long? Seconds(string name)
    {
        if (Get(name) is not { } text)
            return null;
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds) && Math.Abs(seconds) < MaxSeconds
            ? seconds
            : throw new TempoBadRequestException($"invalid {name}: \"{text}\" is no time in seconds since the epoch");
    }

    private static bool TryDuration(string text, out long nanos) => LogQlDuration.TryParseFraction(text, out nanos);
}
