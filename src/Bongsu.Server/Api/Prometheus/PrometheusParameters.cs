using System.Globalization;
using Bongsu.Query.PromQL;
using Bongsu.Query.PromQL.Syntax;
using Bongsu.Telemetry.Labels;
using Microsoft.Extensions.Primitives;

namespace Bongsu.Server.Api.Prometheus;

/// <summary>The parameters of one request, from the query string and a posted form alike; errors name the parameter.</summary>
internal sealed class PrometheusParameters(IQueryCollection query, IFormCollection? form)
{
    // Why: ±146 million years; far beyond any sample and far from overflowing when ranges are added.
    public const long MinTimeMs = long.MinValue / 2 / 1000;
    public const long MaxTimeMs = long.MaxValue / 2 / 1000;
    private const int MaxSelectors = 100;

    public static async ValueTask<PrometheusParameters> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (!HttpMethods.IsPost(request.Method) || !request.HasFormContentType)
            return new PrometheusParameters(request.Query, null);
        try
        {
            return new PrometheusParameters(request.Query, await QueryForm.ReadAsync(request, cancellationToken));
        }
        catch (Exception failure) when (failure is InvalidDataException or BadHttpRequestException)
        {
            throw PrometheusError.Bad($"error parsing form values: {failure.Message}");
        }
    }

    public string? Find(string name) => All(name) is [{ Length: > 0 } first, ..] ? first : null;

    public string Required(string name, string reason) => Find(name) ?? throw PrometheusError.BadParameter(name, reason);

    public long Time(string name, long fallbackMs) => Find(name) is { } text ? ParseTime(name, text) : fallbackMs;

    public long RequiredTime(string name) => ParseTime(name, Find(name) ?? "");

    public long DurationMs(string name)
    {
        var text = Find(name) ?? "";
        var ms = ParseDuration(text) ?? throw PrometheusError.BadParameter(name, $"cannot parse \"{text}\" to a valid duration");
        return ms;
    }

    /// <summary>How many results at most; 0 for all.</summary>
    public int Limit(string name = "limit")
    {
        if (Find(name) is not { } text)
            return 0;
        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var limit))
            throw PrometheusError.BadParameter(name, $"cannot parse \"{text}\" to a whole number");
        return limit >= 0 ? limit : throw PrometheusError.BadParameter(name, "limit must be non-negative");
    }

    /// <summary>The engine's limits with this request's own timeout (never a longer one) and lookback.</summary>
    public PromQlOptions EngineOptions(PromQlOptions options)
    {
        if (Find("timeout") is not null && DurationMs("timeout") is var timeout)
        {
            if (timeout <= 0)
                throw PrometheusError.BadParameter("timeout", "must be greater than 0");
            var wanted = TimeSpan.FromMilliseconds(timeout);
            options = options with { Timeout = wanted < options.Timeout ? wanted : options.Timeout };
        }
        if (Find("lookback_delta") is null)
            return options;
        var lookback = DurationMs("lookback_delta");
        return lookback > 0
            ? options with { Lookback = TimeSpan.FromMilliseconds(lookback) }
            : throw PrometheusError.BadParameter("lookback_delta", "must be greater than 0");
    }

    /// <summary>Each match[] as matchers.</summary>
    public List<IReadOnlyList<LabelMatcher>> Selectors(bool required)
    {
        var texts = All("match[]");
        if (required && texts.Count == 0)
            throw PrometheusError.Bad("no match[] parameter provided");
        if (texts.Count > MaxSelectors)
            throw PrometheusError.BadParameter("match[]", $"{texts.Count} selectors; the limit is {MaxSelectors}");
        var selectors = new List<IReadOnlyList<LabelMatcher>>();
        foreach (var text in texts)
        {
            var (matchers, error) = PromQlParser.ParseSelector(text ?? "");
            selectors.Add(matchers ?? throw PrometheusError.BadParameter("match[]", error!));
        }
        return selectors;
    }

    private StringValues All(string name)
    {
        if (form is not null && form.TryGetValue(name, out var posted))
            return query.TryGetValue(name, out var both) ? StringValues.Concat(posted, both) : posted;
        return query.TryGetValue(name, out var values) ? values : StringValues.Empty;
    }

    private static long ParseTime(string name, string text)
    {
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && double.IsFinite(seconds))
        {
            var ms = seconds * 1000;
            return ms >= MinTimeMs && ms <= MaxTimeMs
                ? (long)Math.Round(ms)
                : throw PrometheusError.BadParameter(name, $"cannot parse \"{text}\" to a valid timestamp: out of range");
        }
        if (text.Length >= 20 && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date))
            return date.ToUnixTimeMilliseconds();
        throw PrometheusError.BadParameter(name, $"cannot parse \"{text}\" to a valid timestamp");
    }

    private static long? ParseDuration(string text)
    {
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds))
            return Math.Abs(seconds) < 1e12 ? (long)Math.Round(seconds * 1000) : null;
        return PromDuration.TryParse(text, out var ms) && ms < 1e15 ? ms : null;
    }
}
