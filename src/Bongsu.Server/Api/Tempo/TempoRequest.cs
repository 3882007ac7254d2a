using System.Globalization;
using Bongsu.Query.LogQL;
using Microsoft.AspNetCore.Http;

namespace Bongsu.Server.Api.Tempo;

/// <summary>The parameters of one search request; what is wrong is thrown as a reply.</summary>
internal sealed class TempoRequest(HttpContext context, TimeProvider time)
{
    private const long NanosPerSecond = 1_000_000_000;
    private const long DefaultRangeSeconds = 3600;
    private const int MaxLimit = 100_000;
    private const int PointsWanted = 240;
    private const long ShortStepNanos = 50_000_000;

    /// <summary>The last year that begins within 64 bits of nanoseconds.</summary>
    private const int LastYear = 2262;

    private static readonly long[] RoundSteps = [1, 5, 15, 30, 60, 300, 900, 1800, 3600];

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
    public (long StartNanos, long EndNanos) Range()
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var end = Seconds("end") ?? now + 1;
        var start = Seconds("start") ?? Math.Min(end, now) - DefaultRangeSeconds;
        if (start >= end)
            throw new TempoBadRequestException("http parameter start must be before end");
        return (start * NanosPerSecond, end * NanosPerSecond);
    }

    /// <summary>Start and end in ns when both are given.</summary>
    public (long StartNanos, long EndNanos)? OptionalRange() => Get("start") is null || Get("end") is null ? null : Range();

    /// <summary>A number of levels; -1 is all.</summary>
    public int Depth(string name, int otherwise)
    {
        var depth = otherwise;
        if (Get(name) is { } text && (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out depth) || depth < -1))
            throw new TempoBadRequestException($"invalid {name}: \"{text}\" is no number of levels (-1 for all)");
        return depth < 0 ? int.MaxValue : depth;
    }

    public long? DurationNanos(string name)
    {
        if (Get(name) is not { } text)
            return null;
        if (!text.Contains(' ') && TryDuration(text, out var nanos))
            return nanos;
        throw new TempoBadRequestException($"invalid {name}: \"{text}\" is no duration such as 100ms or 1.5s");
    }

    /// <summary>
    /// The steps of a metrics query. Start and end move outwards to whole steps, so that a point does not change when the question is asked a second later.
    /// </summary>
    public (long StartNanos, long EndNanos, long StepNanos) Steps()
    {
        var (start, end) = MetricsRange();
        var step = StepNanos(end - start);
        return (start - start % step, end + (step - end % step) % step, step);
    }

    /// <summary>Start and end of a metrics query in ns, given as seconds, nanoseconds or RFC 3339, or how long ago it starts by since; the last hour otherwise.</summary>
    public (long StartNanos, long EndNanos) MetricsRange()
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds() * 1_000_000;
        var end = Moment("end") ?? now;
        var since = DurationNanos("since") ?? DefaultRangeSeconds * NanosPerSecond;
        var start = Moment("start") ?? Math.Max(0, end - since);
        return start < end ? (start, end) : throw new TempoBadRequestException("http parameter start must be before end");
    }

    private long StepNanos(long rangeNanos)
    {
        if (Get("step") is not { } text)
            return DefaultStep(rangeNanos);
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < MaxSeconds)
            return seconds * NanosPerSecond;
        return TryDuration(text, out var nanos) && nanos > 0 ? nanos : throw new TempoBadRequestException($"invalid step: \"{text}\" is no duration such as 60s");
    }

    // The longest round step that gives about 240 points or more: an hour in steps of 15 s.
    private static long DefaultStep(long rangeNanos)
    {
        if (rangeNanos < 60 * NanosPerSecond)
            return Math.Max(1, rangeNanos / PointsWanted / ShortStepNanos) * ShortStepNanos;
        var step = NanosPerSecond;
        foreach (var seconds in RoundSteps)
        {
            if (seconds * NanosPerSecond <= rangeNanos / PointsWanted)
                step = seconds * NanosPerSecond;
        }
        return step;
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
        var conditions = pairs.Select(p => TagCondition.Of(p.Key, p.Value)).ToList();
        if (min is not null)
            conditions.Add($"traceDuration >= {min}ns");
        if (max is not null)
            conditions.Add($"traceDuration <= {max}ns");
        return conditions.Count == 0 ? "{ }" : string.Join(" && ", conditions.Select(c => "{ " + c + " }"));
    }

    private long? Seconds(string name)
    {
        if (Get(name) is not { } text)
            return null;
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds) && Math.Abs(seconds) < MaxSeconds
            ? seconds
            : throw new TempoBadRequestException($"invalid {name}: \"{text}\" is no time in seconds since the epoch");
    }

    private long? Moment(string name)
    {
        if (Get(name) is not { } text)
            return null;
        if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            var nanos = number < MaxSeconds ? number * NanosPerSecond : number;
            return nanos < MaxSeconds * (decimal)NanosPerSecond ? (long)nanos : throw new TempoBadRequestException($"invalid {name}: \"{text}\" lies too far ahead");
        }
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) && date >= DateTimeOffset.UnixEpoch && date.Year < LastYear
            ? (date - DateTimeOffset.UnixEpoch).Ticks * 100
            : throw new TempoBadRequestException($"invalid {name}: \"{text}\" is no time in seconds or nanoseconds since the epoch, and no RFC 3339 date");
    }

    private static bool TryDuration(string text, out long nanos) => LogQlDuration.TryParseFraction(text, out nanos);
}
