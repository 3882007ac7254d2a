using Bongsu.Telemetry.Labels;

namespace Bongsu.Response.Red;

/// <summary>
/// The PromQL of rate, errors and duration as one source spells them. Durations come out in seconds. A figure the source cannot tell is null.
/// </summary>
public sealed class RedQueries(RedSource source)
{
    /// <summary>The label of a route with no template.</summary>
    public const string Unmatched = "(unmatched)";

    private readonly RedDialect _dialect = source.Dialect;

    public RedSource Source => source;

    /// <summary>Requests per second.</summary>
    public string Rate(RedScope scope, long windowMs) => Sum(scope, Counted(Selector(source.Metric, scope), windowMs));

    /// <summary>Failed requests per second; no result where there was none.</summary>
    public string? Errors(RedScope scope, long windowMs)
    {
        if (!source.TellsErrors)
            return null;
        var parts = _dialect.ErrorMatchers.Select(m => Counted(Selector(source.Metric, scope, [.. m]), windowMs));
        return Sum(scope, string.Join(" or ", parts));
    }

    /// <summary>Share of failed requests: 0 when there are requests and none failed, nothing when there are no requests.</summary>
    public string? ErrorRatio(RedScope scope, long windowMs)
    {
        var rate = Rate(scope, windowMs);
        return Errors(scope, windowMs) is { } errors ? $"({errors} or 0 * {rate}) / {rate}" : null;
    }

    public string? Quantile(RedScope scope, double quantile, long windowMs)
    {
        if (_dialect.DurationMetric is not { } metric)
            return null;
        var sum = source.NativeHistogram
            ? Sum(scope, $"rate({Selector(metric, scope)}[{PromText.Duration(windowMs)}])")
            : Sum(scope with { By = ["le", .. scope.By] }, $"rate({Selector(metric + "_bucket", scope)}[{PromText.Duration(windowMs)}])");
        return InSeconds($"histogram_quantile({PromText.Number(quantile)}, {sum})");
    }

    /// <summary>Seconds spent on requests, per second.</summary>
    public string? Busy(RedScope scope, long windowMs)
    {
        if (_dialect.DurationMetric is not { } metric)
            return null;
        var seconds = source.NativeHistogram
            ? $"histogram_sum(rate({Selector(metric, scope)}[{PromText.Duration(windowMs)}]))"
            : $"rate({Selector(metric + "_sum", scope)}[{PromText.Duration(windowMs)}])";
        return InSeconds(Sum(scope, seconds));
    }

    /// <summary>Mean duration: the one figure whose excess adds up along a call.</summary>
    public string? Mean(RedScope scope, long windowMs)
    {
        if (Busy(scope, windowMs) is not { } busy)
            return null;
        var count = source.NativeHistogram ? Rate(scope, windowMs)
            : Sum(scope, $"rate({Selector(_dialect.DurationMetric + "_count", scope)}[{PromText.Duration(windowMs)}])");
        return $"{busy} / {count}";
    }

    /// <summary>How to tell a service's routes apart: HTTP by route and method and, where the dialect has other work too, that by operation.</summary>
    public IReadOnlyList<RedScope> RouteSplits(string service)
    {
        string[] http = [.. _dialect.RouteLabels, .. _dialect.MethodLabels];
        if (http.Length == 0)
            return [];
        var routes = new RedScope(service) { By = http };
        return _dialect.OperationLabel is not { } operation ? [routes]
            : [routes, new RedScope(service) { Where = [.. http.Select(label => (label, ""))], By = [operation] }];
    }

    /// <summary>Whether a group of the HTTP split is what the split by operation shows.</summary>
    public bool IsOperation(RedScope split, LabelSet group) =>
        _dialect.OperationLabel is { } operation && !split.By.Contains(operation) && split.By.All(label => string.IsNullOrEmpty(group.Get(label)));

    public IReadOnlyList<string> ErrorTypeSplit => _dialect.ErrorTypeLabels;

    /// <summary>The route a series belongs to; <see cref="Unmatched"/> for none, so that raw paths never become routes.</summary>
    public string RouteOf(LabelSet labels) => (FirstOf(labels, _dialect.RouteLabels) ?? labels.Get(_dialect.OperationLabel ?? "")) switch
    {
        null or "" or "UNKNOWN" or "NOT_FOUND" or "none" => Unmatched,
        var route => route,
    };

    public string MethodOf(LabelSet labels) => FirstOf(labels, _dialect.MethodLabels) ?? "";

    public string ErrorTypeOf(LabelSet labels) => FirstOf(labels, _dialect.ErrorTypeLabels) ?? "";

    /// <summary>The scope of exactly one group of a split.</summary>
    public static RedScope Narrow(RedScope split, LabelSet group) =>
        new(split.Service) { Where = [.. split.Where, .. split.By.Select(label => (label, group.Get(label) ?? ""))] };

    private static string? FirstOf(LabelSet labels, IReadOnlyList<string> names)
    {
        foreach (var name in names)
        {
            if (labels.Get(name) is { Length: > 0 } value)
                return value;
        }
        return null;
    }

    private string InSeconds(string expression) =>
        _dialect.SecondsPerUnit == 1 ? expression : $"{PromText.Number(_dialect.SecondsPerUnit)} * {expression}";

    private string Counted(string selector, long windowMs)
    {
        var rate = $"rate({selector}[{PromText.Duration(windowMs)}])";
        return source.NativeHistogram ? $"histogram_count({rate})" : rate;
    }

    private static string Sum(RedScope scope, string expression) =>
        scope.By.Count == 0 ? $"sum({expression})" : $"sum by ({string.Join(", ", scope.By)}) ({expression})";

    private string Selector(string metric, RedScope scope, params ReadOnlySpan<LabelMatcher> conditions)
    {
        var matchers = new List<string>();
        for (var i = 0; i < source.ServiceLabel; i++)
            matchers.Add(_dialect.ServiceLabels[i] + "=\"\"");
        matchers.Add(scope.Service is { } service ? PromText.Equal(source.ServiceLabelName, service) : source.ServiceLabelName + "!=\"\"");
        if (_dialect.Requests is { } requests)
            matchers.Add(requests.ToString());
        foreach (var condition in conditions)
            matchers.Add(condition.ToString());
        foreach (var (label, value) in scope.Where)
            matchers.Add(PromText.Equal(label, value));
        return $"{metric}{{{string.Join(',', matchers)}}}";
    }
}
