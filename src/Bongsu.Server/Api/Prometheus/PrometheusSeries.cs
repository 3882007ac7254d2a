using Bongsu.Telemetry;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Server.Api.Prometheus;

/// <summary>The endpoints about what is stored: series, labels, label values, metadata.</summary>
internal sealed class PrometheusSeries(ITelemetryStore store)
{
    public async ValueTask SeriesAsync(PrometheusRequest request)
    {
        var limit = request.Parameters.Limit();
        var selects = Selects(request, required: true);
        if (selects.Count > 1)
        {
            await UnionAsync(request, selects, limit);
            return;
        }
        using var selection = await store.Metrics.SelectAsync(selects[0], request.Aborted);
        var isTruncated = limit > 0 && selection.Count > limit;
        await SendAsync(request, Enumerable.Range(0, isTruncated ? limit : selection.Count).Select(selection.Labels), isTruncated, selection.Warnings);
    }

    // Selectors may find the same series, which is told once.
    private async ValueTask UnionAsync(PrometheusRequest request, List<SeriesSelect> selects, int limit)
    {
        var found = new HashSet<LabelSet>();
        var warnings = new List<string>();
        var isTruncated = false;
        foreach (var select in selects)
        {
            using var selection = await store.Metrics.SelectAsync(select, request.Aborted);
            warnings.AddRange(selection.Warnings);
            for (var i = 0; i < selection.Count && !isTruncated; i++)
            {
                isTruncated = limit > 0 && found.Count == limit && !found.Contains(selection.Labels(i));
                if (!isTruncated)
                    found.Add(selection.Labels(i));
            }
        }
        await SendAsync(request, found, isTruncated, warnings);
    }

    private static ValueTask SendAsync(PrometheusRequest request, IEnumerable<LabelSet> series, bool isTruncated, IEnumerable<string> warnings) =>
        request.SucceedAsync("", series, static (j, labels) => j.Labels(labels), "", isTruncated ? [.. warnings, "results truncated due to limit"] : [.. warnings]);

    public ValueTask LabelNamesAsync(PrometheusRequest request) =>
        TextsAsync(request, select => store.Metrics.LabelNamesAsync(select, request.Aborted));

    public ValueTask LabelValuesAsync(PrometheusRequest request)
    {
        var given = (string?)request.Http.RouteValues["name"] ?? "";
        var name = EscapedLabelName.Decode(given);
        return name.Length > 0 && !name.Contains('\uFFFD', StringComparison.Ordinal)
            ? TextsAsync(request, select => store.Metrics.LabelValuesAsync(name, select, request.Aborted))
            : throw PrometheusError.Bad($"invalid label name: \"{given}\"");
    }

    public async ValueTask MetadataAsync(PrometheusRequest request)
    {
        var limit = request.Parameters.Limit();
        var perMetric = request.Parameters.Limit("limit_per_metric");
        var metric = request.Parameters.Find("metric");
        var groups = (await store.Metrics.MetadataAsync(request.Aborted))
            .Where(m => metric is null || m.Name == metric)
            .GroupBy(m => m.Name, StringComparer.Ordinal)
            .Take(limit > 0 ? limit : int.MaxValue);
        request.Succeed(json =>
        {
            json.Raw("{"u8);
            var first = true;
            foreach (var group in groups)
            {
                json.Raw(first ? ""u8 : ","u8).Text(group.Key).Raw(":"u8).Array(group.Take(perMetric > 0 ? perMetric : int.MaxValue), Write);
                first = false;
            }
            json.Raw("}"u8);
        });
    }

    private static async ValueTask TextsAsync(PrometheusRequest request, Func<SeriesSelect, ValueTask<IReadOnlyList<string>>> read)
    {
        var limit = request.Parameters.Limit();
        var texts = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var select in Selects(request, required: false))
            texts.UnionWith(await read(select));
        var shown = limit > 0 && texts.Count > limit ? texts.Take(limit) : texts;
        string[] warnings = limit > 0 && texts.Count > limit ? ["results truncated due to limit"] : [];
        request.Succeed(json => json.Array(shown, static (j, text) => j.Text(text)), warnings);
    }

    private static List<SeriesSelect> Selects(PrometheusRequest request, bool required)
    {
        var from = request.Parameters.Time("start", PrometheusParameters.MinTimeMs);
        var to = request.Parameters.Time("end", PrometheusParameters.MaxTimeMs);
        if (to < from)
            throw PrometheusError.BadParameter("end", "end timestamp must not be before start time");
        var selectors = request.Parameters.Selectors(required);
        if (selectors.Count == 0)
            selectors.Add([]);
        return [.. selectors.Select(matchers => new SeriesSelect(from, to, matchers))];
    }

    private static void Write(PrometheusJson json, MetricMetadata metadata) => json
        .Raw("{\"type\":"u8).Text(TypeName(metadata.Type)).Raw(",\"unit\":"u8).Text(metadata.Unit).Raw(",\"help\":"u8).Text(metadata.Help).Raw("}"u8);

    internal static string TypeName(MetricType type) => type switch
    {
        MetricType.GaugeHistogram => "gaugehistogram",
        MetricType.StateSet => "stateset",
        _ => type.ToString().ToLowerInvariant(),
    };
}
