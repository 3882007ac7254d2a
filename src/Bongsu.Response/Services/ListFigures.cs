using Bongsu.Response.Red;
using Bongsu.Response.Triage;

namespace Bongsu.Response.Services;

/// <summary>The figures of every service of one source and window, read together: ten queries whatever their number.</summary>
internal sealed class ListFigures
{
    private const int SparkSteps = 30;
    private const int BaselineSteps = 12;
    private const long HourMs = 3_600_000;
    private static readonly double[] Quantiles = [0.5, 0.95, 0.99];

    private readonly RedQueries _queries;
    private readonly Dictionary<string, Dictionary<string, double>> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<string, double?[]>> _sparks = new(StringComparer.Ordinal);

    private ListFigures(RedQueries queries, long windowMs) => (_queries, WindowMs) = (queries, windowMs);

    /// <summary>The time that figures are of: see <see cref="RecentWindow"/>.</summary>
    public long WindowMs { get; }

    public static long SparkStepMs(long fromMs, long toMs) => Math.Max(1000, (toMs - fromMs) / SparkSteps);

    /// <param name="service">Null for every service of the source.</param>
    /// <param name="firstMs">The first sample of the services within the time.</param>
    public static async Task<ListFigures> ReadAsync(FigureReader reader, RedSource source, string? service, long fromMs, long toMs, long windowMs, long firstMs, long intervalMs)
    {
        var figures = new ListFigures(new RedQueries(source), windowMs);
        var (queries, scope) = (figures._queries, new RedScope(service) { By = [source.ServiceLabelName] });
        await figures.ReadAsync(reader, "rate", queries.Rate(scope, windowMs), toMs).ConfigureAwait(false);
        await figures.ReadAsync(reader, "errors", queries.ErrorRatio(scope, windowMs), toMs).ConfigureAwait(false);
        foreach (var quantile in Quantiles)
            await figures.ReadAsync(reader, Name(quantile), queries.Quantile(scope, quantile, windowMs), toMs).ConfigureAwait(false);
        await figures.BaselineAsync(reader, scope, toMs, firstMs, intervalMs).ConfigureAwait(false);
        var stepMs = SparkStepMs(fromMs, toMs);
        var sparkWindowMs = Math.Max(stepMs, 4 * Math.Max(intervalMs, 1000));
        await figures.SparkAsync(reader, "rate", queries.Rate(scope, sparkWindowMs), fromMs, toMs, stepMs).ConfigureAwait(false);
        await figures.SparkAsync(reader, "errors", queries.ErrorRatio(scope, sparkWindowMs), fromMs, toMs, stepMs).ConfigureAwait(false);
        await figures.SparkAsync(reader, "p95", queries.Quantile(scope, 0.95, sparkWindowMs), fromMs, toMs, stepMs).ConfigureAwait(false);
        return figures;
    }

    public Figure Rate(string service) => new(Value("rate", service), _queries.Rate(new RedScope(service), WindowMs));

    public Figure ErrorRatio(string service) => new(Value("errors", service), _queries.ErrorRatio(new RedScope(service), WindowMs) ?? "");

    public Figure Quantile(string service, double quantile) =>
        new(Value(Name(quantile), service), _queries.Quantile(new RedScope(service), quantile, WindowMs) ?? "");

    public IReadOnlyList<double?>? RateSpark(string service) => Spark("rate", service);

    public IReadOnlyList<double?>? ErrorSpark(string service) => Spark("errors", service);

    public IReadOnlyList<double?>? P95Spark(string service) => Spark("p95", service);

    public ServiceNow Now(KnownService service) => new(Value("rate", service.Name), Value("errors", service.Name), Value("errorsBefore", service.Name),
        Value(Name(0.95), service.Name), Value("p95Before", service.Name), service.LastSeenMs, service.IntervalMs);

    private static string Name(double quantile) => PromText.Number(quantile);

    private double? Value(string figure, string service) => _values[figure].TryGetValue(service, out var value) ? value : null;

    /// <summary>
    /// What "before" is: the median over the earlier half of the hour before the window, or of what data there is. The earlier half, because a fault
    /// that goes on for some minutes must not become its own standard.
    /// </summary>
    private async Task BaselineAsync(FigureReader reader, RedScope scope, long toMs, long firstMs, long intervalMs)
    {
        var endMs = toMs - WindowMs;
        var beginMs = Math.Max(endMs - HourMs, firstMs);
        var shortestMs = 4 * Math.Max(intervalMs, 1000);
        var (errors, p95) = (_values["errorsBefore"] = new(StringComparer.Ordinal), _values["p95Before"] = new(StringComparer.Ordinal));
        if (endMs - beginMs < shortestMs)
            return;
        var middleMs = Math.Max(beginMs + shortestMs, beginMs + ((endMs - beginMs) / 2));
        var windowMs = Math.Max(shortestMs, (middleMs - beginMs) / BaselineSteps / 1000 * 1000);
        await MediansAsync(reader, errors, _queries.ErrorRatio(scope, windowMs), beginMs + windowMs, middleMs, windowMs).ConfigureAwait(false);
        await MediansAsync(reader, p95, _queries.Quantile(scope, 0.95, windowMs), beginMs + windowMs, middleMs, windowMs).ConfigureAwait(false);
    }

    private async Task MediansAsync(FigureReader reader, Dictionary<string, double> medians, string? query, long fromMs, long toMs, long stepMs)
    {
        foreach (var (group, values) in await reader.RangeAsync(query, fromMs, Math.Max(fromMs, toMs), stepMs).ConfigureAwait(false))
        {
            double[] known = [.. values.OfType<double>()];
            if (known.Length > 0)
                medians[group.Get(_queries.Source.ServiceLabelName) ?? ""] = Robust.Median(known);
        }
    }

    private double?[]? Spark(string figure, string service) => _sparks[figure].GetValueOrDefault(service);

    private async Task ReadAsync(FigureReader reader, string figure, string? query, long atMs)
    {
        var values = _values[figure] = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var (group, value) in await reader.SplitAsync(query, atMs).ConfigureAwait(false))
            values[group.Get(_queries.Source.ServiceLabelName) ?? ""] = value;
    }

    private async Task SparkAsync(FigureReader reader, string figure, string? query, long fromMs, long toMs, long stepMs)
    {
        var values = _sparks[figure] = new Dictionary<string, double?[]>(StringComparer.Ordinal);
        foreach (var (group, spark) in await reader.RangeAsync(query, fromMs, toMs, stepMs).ConfigureAwait(false))
            values[group.Get(_queries.Source.ServiceLabelName) ?? ""] = spark;
    }
}
