using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Bongsu.Query;
using Bongsu.Query.PromQL;
using Bongsu.Query.PromQL.Syntax;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Server.Api.Prometheus;

/// <summary>The endpoints that take an expression: query, query_range, query_exemplars, format_query, parse_query.</summary>
internal sealed class PrometheusQueries(PromQlEngine engine, ITelemetryStore store, TimeProvider time)
{
    private const string Truncated = "results truncated due to limit";

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    public async ValueTask InstantAsync(PrometheusRequest request)
    {
        var parameters = request.Parameters;
        var at = parameters.Time("time", NowMs);
        var limit = parameters.Limit();
        var answer = await engine.InstantAsync(parameters.Find("query") ?? "", at, parameters.EngineOptions(engine.Options), request.Aborted);
        if (answer.Value is not { } value)
            throw PrometheusRequest.ErrorOf(answer.Failure!);
        var count = value switch { PromVector v => v.Samples.Count, PromMatrix m => m.Series.Count, _ => 0 };
        await WriteAsync(request, value, limit, Stats(request, answer.Statistics), Warnings(answer.Warnings, count, limit), answer.Infos);
    }

    public async ValueTask RangeAsync(PrometheusRequest request)
    {
        var parameters = request.Parameters;
        var start = parameters.RequiredTime("start");
        var end = parameters.RequiredTime("end");
        if (end < start)
            throw PrometheusError.BadParameter("end", "end timestamp must not be before start time");
        var step = parameters.DurationMs("step");
        if (step <= 0)
            throw PrometheusError.BadParameter("step", "zero or negative query resolution step widths are not accepted. Try a positive integer");
        if ((end - start) / step >= engine.Options.MaxSteps)
        {
            throw PrometheusError.Bad($"exceeded maximum resolution of {engine.Options.MaxSteps:#,##0} points per timeseries. "
                + "Try decreasing the query resolution (?step=XX)");
        }
        var limit = parameters.Limit();
        var answer = await engine.RangeAsync(parameters.Find("query") ?? "", start, end, step, parameters.EngineOptions(engine.Options), request.Aborted);
        if (answer.Value is not { } matrix)
            throw PrometheusRequest.ErrorOf(answer.Failure!);
        await WriteAsync(request, matrix, limit, Stats(request, answer.Statistics), Warnings(answer.Warnings, matrix.Series.Count, limit), answer.Infos);
    }

    public async ValueTask ExemplarsAsync(PrometheusRequest request)
    {
        var parameters = request.Parameters;
        var from = parameters.Time("start", PrometheusParameters.MinTimeMs);
        var to = parameters.Time("end", PrometheusParameters.MaxTimeMs);
        if (to < from)
            throw PrometheusError.BadParameter("end", "end timestamp must not be before start time");
        var expr = Parse(parameters);
        var found = new Dictionary<LabelSet, IReadOnlyList<Exemplar>>();
        foreach (var selector in PromQlSelectors.In(expr))
        {
            foreach (var (series, exemplars) in await store.Metrics.ExemplarsAsync(new SeriesSelect(from, to, selector.Matchers), request.Aborted))
                found[series] = exemplars;
        }
        request.Succeed(json => json.Array(found, static (j, pair) => j.Raw("{\"seriesLabels\":"u8).Labels(pair.Key).Raw(",\"exemplars\":"u8)
            .Array(pair.Value, Write).Raw("}"u8)));
    }

    public ValueTask FormatAsync(PrometheusRequest request)
    {
        var expr = Parse(request.Parameters);
        request.Succeed(json => json.Text(PromQlFormatter.Format(expr)));
        return ValueTask.CompletedTask;
    }

    /// <summary>The parsed expression as a tree.</summary>
    public ValueTask TreeAsync(PrometheusRequest request)
    {
        var expr = Parse(request.Parameters);
        var tree = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(tree))
            PromQlTree.Write(json, expr);
        request.Succeed(json => json.Raw(tree.WrittenSpan));
        return ValueTask.CompletedTask;
    }

    private PromExpr Parse(PrometheusParameters parameters)
    {
        var (expr, error) = PromQlParser.Parse(parameters.Find("query") ?? "", engine.Options.Experimental);
        return expr ?? throw PrometheusError.BadParameter("query", error!);
    }

    private static IReadOnlyCollection<string> Warnings(IReadOnlyList<string> warnings, int count, int limit) =>
        limit > 0 && count > limit ? [.. warnings, Truncated] : warnings;

    private static async ValueTask WriteAsync(PrometheusRequest request, PromValue value, int limit, string stats, IReadOnlyCollection<string> warnings, IReadOnlyCollection<string> infos)
    {
        switch (value)
        {
            case PromScalar scalar:
                request.Succeed(json => json.Raw("{\"resultType\":\"scalar\",\"result\":"u8).Point(scalar.Point).Raw(Encoding.UTF8.GetBytes(stats)).Raw("}"u8), warnings, infos);
                break;
            case PromString text:
                request.Succeed(json => json.Raw("{\"resultType\":\"string\",\"result\":["u8).Timestamp(text.TimestampMs).Raw(","u8).Text(text.Text).Raw("]"u8).Raw(Encoding.UTF8.GetBytes(stats)).Raw("}"u8), warnings, infos);
                break;
            case PromVector vector:
                await request.SucceedAsync("{\"resultType\":\"vector\",\"result\":", First(vector.Samples, limit), Write, stats + "}", warnings, infos);
                break;
            case PromMatrix matrix:
                await request.SucceedAsync("{\"resultType\":\"matrix\",\"result\":", First(matrix.Series, limit), Write, stats + "}", warnings, infos);
                break;
        }
    }

    // As Prometheus has it: any value of the parameter asks for it.
    private static string Stats(PrometheusRequest request, QueryStatistics? statistics)
    {
        if (statistics is null || request.Parameters.Find("stats") is null)
            return "";
        var evaluated = statistics.Prepared + statistics.Evaluated + statistics.Sorted;
        return $",\"stats\":{{\"timings\":{{\"evalTotalTime\":{Seconds(evaluated)},\"resultSortTime\":{Seconds(statistics.Sorted)},"
            + $"\"queryPreparationTime\":{Seconds(statistics.Prepared)},\"innerEvalTime\":{Seconds(statistics.Evaluated)},"
            + $"\"execQueueTime\":{Seconds(statistics.Queued)},\"execTotalTime\":{Seconds(statistics.Total)}}},"
            + $"\"samples\":{{\"totalQueryableSamples\":{statistics.TotalQueryableSamples},\"peakSamples\":{statistics.PeakSamples}}}}}";
    }

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.#######", CultureInfo.InvariantCulture);

    private static void Write(PrometheusJson json, PromSample sample) => json.Raw("{\"metric\":"u8).Labels(sample.Labels)
        .Raw(sample.Point.Histogram is null ? ",\"value\":"u8 : ",\"histogram\":"u8).Point(sample.Point).Raw("}"u8);

    // Floats and histograms of a series are two lists in Prometheus' JSON.
    private static void Write(PrometheusJson json, PromSeries series)
    {
        json.Raw("{\"metric\":"u8).Labels(series.Labels);
        switch (series.Points)
        {
            // Fast path: columns of floats.
            case SamplePoints points:
                Write(json, points);
                break;
            case StepPoints { HasHistograms: false } points:
                Write(json, points);
                break;
            default:
                Write(json, series.Points, ",\"values\":["u8, histograms: false);
                Write(json, series.Points, ",\"histograms\":["u8, histograms: true);
                break;
        }
        json.Raw("}"u8);
    }

    private static void Write(PrometheusJson json, SamplePoints points)
    {
        json.Raw(",\"values\":["u8);
        var times = points.TimesMs;
        var values = points.Values;
        for (var i = 0; i < times.Length; i++)
            json.Point(times[i], values[i], isFirst: i == 0);
        json.Raw("]"u8);
    }

    private static void Write(PrometheusJson json, StepPoints points)
    {
        json.Raw(",\"values\":["u8);
        var isFirst = true;
        var values = points.Values;
        for (var step = 0; step < values.Length; step++)
        {
            if (SampleValues.IsStale(values[step]))
                continue;
            json.Point(points.TimeMs(step), values[step], isFirst);
            isFirst = false;
        }
        json.Raw("]"u8);
    }

    private static void Write(PrometheusJson json, IReadOnlyList<PromPoint> points, ReadOnlySpan<byte> key, bool histograms)
    {
        var any = false;
        for (var i = 0; i < points.Count; i++)
        {
            var point = points[i];
            if (point.Histogram is not null != histograms)
                continue;
            json.Raw(any ? ","u8 : key).Point(point);
            any = true;
        }
        if (any)
            json.Raw("]"u8);
    }

    private static void Write(PrometheusJson json, Exemplar exemplar) => json.Raw("{\"labels\":"u8).Labels(exemplar.Labels)
        .Raw(",\"value\":"u8).Value(exemplar.Value).Raw(",\"timestamp\":"u8).Timestamp(exemplar.TimestampMs).Raw("}"u8);

    private static IEnumerable<T> First<T>(IReadOnlyList<T> all, int limit) => limit > 0 && all.Count > limit ? all.Take(limit) : all;
}
