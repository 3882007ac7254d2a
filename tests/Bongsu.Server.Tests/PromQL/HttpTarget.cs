using System.Globalization;
using System.Text.Json;
using Bongsu.Query.PromQL;
using Bongsu.Query.PromQL.Histograms;
using Bongsu.Query.PromQL.Syntax;
using Bongsu.Query.Tests.PromQL;
using Bongsu.Server.Tests.Api.Prometheus;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Server.Tests.PromQL;

/// <summary>A server that listens on a socket; samples go straight into its store, questions and answers over HTTP.</summary>
internal sealed class HttpTarget : PromTestTarget, IAsyncDisposable
{
    private readonly HttpClient _client = new();
    private PrometheusHost? _host;

    public override bool ShowsBucketsAlone => true;

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        if (_host is not null)
            await _host.DisposeAsync();
    }

    public override async Task ClearAsync()
    {
        _host ??= await PrometheusHost.StartAsync(limits: PromTestEngineTarget.Options, listens: true);
        await _host.Store.DeleteAsync(new SeriesSelect(long.MinValue, long.MaxValue, []), default);
    }

    public override async Task AppendAsync(MetricBatch batch) => await _host!.Store.AppendAsync(batch, default);

    public override Task<PromTestAnswer> InstantAsync(string query, long timeMs) => AskAsync("query", ("query", query), ("time", Seconds(timeMs)));

    public override Task<PromTestAnswer> RangeAsync(string query, long startMs, long endMs, long stepMs) =>
        AskAsync("query_range", ("query", query), ("start", Seconds(startMs)), ("end", Seconds(endMs)), ("step", Seconds(stepMs)));

    private async Task<PromTestAnswer> AskAsync(string path, params (string Name, string Value)[] form)
    {
        using var content = new FormUrlEncodedContent(form.Select(f => new KeyValuePair<string, string>(f.Name, f.Value)));
        using var response = await _client.PostAsync($"{_host!.Address}/api/v1/{path}", content);
        var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        return body.GetProperty("status").GetString() == "success"
            ? new PromTestAnswer(Value(body.GetProperty("data")), null, Texts(body, "warnings"), Texts(body, "infos"))
            : new PromTestAnswer(null, body.GetProperty("error").GetString(), [], []);
    }

    private static PromValue Value(JsonElement data)
    {
        var result = data.GetProperty("result");
        return data.GetProperty("resultType").GetString() switch
        {
            "scalar" => new PromScalar(Point(result)),
            "string" => new PromString(Ms(result[0]), result[1].GetString()!),
            "vector" => new PromVector([.. result.EnumerateArray().Select(s =>
                new PromSample(Labels(s), Point(s.TryGetProperty("value", out var value) ? value : s.GetProperty("histogram"))))]),
            _ => new PromMatrix([.. result.EnumerateArray().Select(s =>
                new PromSeries(Labels(s), [.. Points(s, "values").Concat(Points(s, "histograms")).OrderBy(p => p.TimestampMs)]))]),
        };
    }

    private static IEnumerable<PromPoint> Points(JsonElement series, string name) =>
        series.TryGetProperty(name, out var points) ? points.EnumerateArray().Select(Point) : [];

    private static LabelSet Labels(JsonElement series)
    {
        var labels = new LabelSetBuilder();
        foreach (var label in series.GetProperty("metric").EnumerateObject())
            labels.Set(label.Name, label.Value.GetString()!);
        return labels.ToLabelSet();
    }

    private static PromPoint Point(JsonElement point) => point[1].ValueKind == JsonValueKind.Object
        ? new PromPoint(Ms(point[0]), 0, Histogram(point[1]))
        : new PromPoint(Ms(point[0]), Number(point[1]));

    private static NativeHistogram Histogram(JsonElement histogram)
    {
        var buckets = histogram.TryGetProperty("buckets", out var all) ? all.EnumerateArray() : default;
        return ShownHistogram.Of(Number(histogram.GetProperty("count")), Number(histogram.GetProperty("sum")),
            [.. buckets.Select(b => new HistogramViewBucket(b[0].GetInt32(), Number(b[1]), Number(b[2]), Number(b[3])))]);
    }

    private static double Number(JsonElement text) =>
        PromNumber.TryParse(text.GetString()!, out var value) ? value : throw new FormatException($"no number: {text}");

    private static long Ms(JsonElement seconds) => (long)Math.Round(seconds.GetDecimal() * 1000);

    private static string Seconds(long ms) => (ms / 1000m).ToString(CultureInfo.InvariantCulture);

    private static List<string> Texts(JsonElement body, string name) =>
        body.TryGetProperty(name, out var texts) ? [.. texts.EnumerateArray().Select(t => t.GetString()!)] : [];
}
