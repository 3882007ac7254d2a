using System.Globalization;
using Bongsu.Query.LogQL;
using Microsoft.AspNetCore.Http;

namespace Bongsu.Server.Api.Loki;

/// <summary>The parameters of one request, from the query string and a form body; what is wrong is thrown as a reply with Loki's words.</summary>
internal sealed class LokiRequest
{
    private const long NanosPerSecond = 1_000_000_000;
    private const long DefaultSinceNanos = 3600 * NanosPerSecond;
    private const int DefaultLimit = 100;

    /// <summary>Seconds that still fit 64 bits as nanoseconds; they end in 2261.</summary>
    private const double MaxSeconds = 9.2e9;

    private readonly Dictionary<string, List<string>> _values = [];
    private readonly long _nowNanos;

    private LokiRequest(long nowNanos) => _nowNanos = nowNanos;

    public long StartNanos { get; private set; }

    public long EndNanos { get; private set; }

    public static async ValueTask<LokiRequest> ReadAsync(HttpContext context, TimeProvider time, long sinceNanos = DefaultSinceNanos)
    {
        var request = new LokiRequest((time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100);
        foreach (var (name, values) in context.Request.Query)
            request.Add(name, values);
        if (HttpMethods.IsPost(context.Request.Method) && context.Request.HasFormContentType)
        {
            foreach (var (name, values) in await QueryForm.ReadAsync(context.Request, context.RequestAborted))
                request.Add(name, values);
        }
        request.ReadTimes(sinceNanos);
        return request;
    }

    public string Query => Get("query") ?? "";

    public IReadOnlyList<string> All(string name) => _values.TryGetValue(name, out var values) ? values : [];

    public string? Get(string name) => _values.TryGetValue(name, out var values) && values[0].Length > 0 ? values[0] : null;

    /// <summary>The time parameter of an instant query; now when left out.</summary>
    public long TimeNanos => Get("time") is { } text ? Time("time", text) : _nowNanos;

    public bool NewestFirst => Get("direction")?.ToLowerInvariant() switch
    {
        null or "backward" => true,
        "forward" => false,
        _ => throw new LokiBadRequestException($"invalid direction '{Get("direction")}'"),
    };

    public int Limit(string name = "limit", int otherwise = DefaultLimit)
    {
        if (Get(name) is not { } text)
            return otherwise;
        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var limit))
            throw new LokiBadRequestException($"strconv.Atoi: parsing \"{text}\": invalid syntax");
        return limit > 0 ? limit : throw new LokiBadRequestException("limit must be a positive value");
    }

    /// <summary>The step; when left out, about 250 points, at least a second.</summary>
    public long StepNanos
    {
        get
        {
            if (Get("step") is { } text)
                return Duration("step", text);
            return Math.Max(1, (EndNanos - StartNanos) / NanosPerSecond / 250) * NanosPerSecond;
        }
    }

    /// <summary>At most one line in this time for each stream; 0 when not asked for.</summary>
    public long IntervalNanos => Get("interval") is { } text ? Duration("interval", text) : 0;

    /// <summary>Asks for labels that Bongsu found out (see <see cref="Telemetry.Logs.StreamLabels"/>) also where the query does not name them.</summary>
    public bool WithDiscovered => Get("discovered_labels") is "true" or "1";

    /// <summary>For a query at one moment; <c>newest_records</c> bounds what it reads.</summary>
    public LogQlMoment Moment => new(TimeNanos) { WithDiscovered = WithDiscovered, NewestRecords = Get("newest_records") is null ? 0 : Limit("newest_records", 0) };

    private void ReadTimes(long sinceNanos)
    {
        EndNanos = Get("end") is { } end ? Time("end", end) : _nowNanos;
        var since = Get("since") is { } text ? Duration("since", text) : sinceNanos;
        // A start that is left out is counted back from the end, and from now when that lies in the future.
        StartNanos = Get("start") is { } start ? Time("start", start) : Math.Max(0, Math.Min(EndNanos, _nowNanos) - since);
        if (EndNanos < StartNanos)
            throw new LokiBadRequestException("end timestamp must not be before or equal to start time");
    }

    private void Add(string name, Microsoft.Extensions.Primitives.StringValues values)
    {
        if (values.Count == 0)
            return;
        if (!_values.TryGetValue(name, out var list))
            _values[name] = list = [];
        foreach (var value in values)
            list.Add(value ?? "");
    }

    // Nanoseconds, seconds (up to ten digits, or with a fraction), or RFC 3339.
    private static long Time(string name, string text)
    {
        if (text.Contains('.') && double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds)
            && Math.Abs(seconds) < 1e18)
            return InRange(name, text, (decimal)Math.Round(seconds, 3) * NanosPerSecond);
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            return InRange(name, text, text.Length <= 10 ? (decimal)number * NanosPerSecond : number);
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) && text.Contains('T'))
            return InRange(name, text, (time - DateTimeOffset.UnixEpoch).Ticks * 100m);
        throw new LokiBadRequestException($"cannot parse \"{text}\" to a valid timestamp ({name})");
    }

    // Nothing is older than 1970; without times before it, the difference of two fits 64 bits.
    private static long InRange(string name, string text, decimal nanos) => nanos <= (decimal)MaxSeconds * NanosPerSecond
        ? (long)Math.Max(0, nanos)
        : throw new LokiBadRequestException($"the time \"{text}\" is out of range ({name}): times end in 2261");

    private static long Duration(string name, string text)
    {
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds is > -MaxSeconds and < MaxSeconds)
            return (long)(seconds * NanosPerSecond);
        return LogQlDuration.TryParse(text, out var nanos) ? nanos : throw new LokiBadRequestException($"cannot parse \"{text}\" to a valid duration ({name})");
    }
}

/// <summary>A request that cannot be answered as it stands; becomes 400 with the message as text.</summary>
internal sealed class LokiBadRequestException(string message) : Exception(message);
