using System.Globalization;
using System.Text.Json;
using Bongsu.Query.LogQL;
using Bongsu.Query.PromQL;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Server.Api.Loki;

/// <summary>Bytes of lines by the values of some labels, or by the labels alone. Pure.</summary>
internal sealed record LogVolume(IReadOnlyList<string> Labels, int Limit, bool ByLabel)
{
    /// <summary>The query that counts; labels are checked names.</summary>
    public string Query(string selector, long seconds)
    {
        var sum = $"sum by ({string.Join(',', Labels)}) (bytes_over_time({selector}[{seconds.ToString(CultureInfo.InvariantCulture)}s]))";
        return ByLabel ? sum : $"topk({Limit}, {sum})";
    }

    public void Write(Utf8JsonWriter json, LogQlResult result, IReadOnlyList<string> warnings)
    {
        if (ByLabel)
            LokiResultJson.WriteMetric(json, Fold(result.Metric!), isMatrix: result.Metric is PromMatrix, warnings);
        else
            LokiResultJson.Write(json, result, warnings, categorize: false, seconds: 0);
    }

    // One series for each label, which counts every stream that has it; its value is empty, as no stored label's is.
    private IEnumerable<(IReadOnlyList<Label> Labels, IReadOnlyList<PromPoint> Points)> Fold(PromValue value)
    {
        var points = value switch
        {
            PromVector vector => vector.Samples.Select(s => (s.Labels, s.Point)).ToList(),
            PromMatrix matrix => [.. matrix.Series.SelectMany(s => s.Points.Select(p => (s.Labels, p)))],
            _ => [],
        };
        return Labels.Distinct().Select(label => (Label: label, Points: Sum(points.Where(p => p.Labels.Get(label) is not null))))
            .Where(f => f.Points.Count > 0)
            .OrderByDescending(f => f.Points.Sum(p => p.Value))
            .Take(Limit)
            .Select(f => ((IReadOnlyList<Label>)[new Label(f.Label, "")], f.Points));
    }

    private static IReadOnlyList<PromPoint> Sum(IEnumerable<(LabelSet Labels, PromPoint Point)> points) =>
        [.. points.GroupBy(p => p.Point.TimestampMs).OrderBy(g => g.Key).Select(g => new PromPoint(g.Key, g.Sum(p => p.Point.Value)))];
}
