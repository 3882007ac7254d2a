using System.Globalization;
using System.Text.Json;

namespace Bongsu.Bench.SideBySide;

/// <summary>What a server answered: the value of each series at each time, in a form that two servers' answers can be compared in.</summary>
internal sealed class Answer
{
    private readonly Dictionary<(string Series, double Seconds), double> _values = [];

    public int Count => _values.Count;

    public static async Task<Answer> OfAsync(MetricServer server, QueryCase question)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromMinutes(2) };
        using var json = JsonDocument.Parse(await http.GetStringAsync(server.Url + question.PathAndQuery));
        var data = json.RootElement.GetProperty("data");
        var answer = new Answer();
        foreach (var item in (data.ValueKind == JsonValueKind.Array ? data : data.GetProperty("result")).EnumerateArray())
            answer.Add(item);
        return answer;
    }

    /// <summary>What is different from another answer beyond the tolerance at a time, in seconds, relative to the larger value; null: nothing.</summary>
    public string? DifferenceFrom(Answer other, Func<double, double> tolerance)
    {
        if (Count != other.Count)
            return $"{Count} points, not {other.Count}";
        foreach (var (key, value) in _values)
        {
            if (!other._values.TryGetValue(key, out var expected))
                return $"{key.Series} at {key.Seconds} is not there";
            if (!value.Equals(expected) && Math.Abs(value - expected) > tolerance(key.Seconds) * Math.Max(Math.Abs(value), Math.Abs(expected)))
                return string.Create(CultureInfo.InvariantCulture, $"{key.Series} at {key.Seconds} is {value:R}, not {expected:R}");
        }
        return null;
    }

    /// <summary>The middle one of the relative differences at the points that both have.</summary>
    public double MedianDifference(Answer other) => Figures.Median(_values.Where(v => other._values.ContainsKey(v.Key))
        .Select(v => (v.Value, Other: other._values[v.Key]))
        .Select(p => p.Value.Equals(p.Other) ? 0 : Math.Abs(p.Value - p.Other) / Math.Max(Math.Abs(p.Value), Math.Abs(p.Other))));

    private void Add(JsonElement item)
    {
        if (item.TryGetProperty("value", out var point))
            AddPoint(Key(item.GetProperty("metric")), point);
        else if (item.TryGetProperty("values", out var points))
        {
            var series = Key(item.GetProperty("metric"));
            foreach (var p in points.EnumerateArray())
                AddPoint(series, p);
        }
        else
            _values[(Key(item), 0)] = 0;
    }

    private void AddPoint(string series, JsonElement point) =>
        _values[(series, point[0].GetDouble())] = point[1].GetString() switch
        {
            "NaN" => double.NaN,
            "+Inf" => double.PositiveInfinity,
            "-Inf" => double.NegativeInfinity,
            var text => double.Parse(text!, CultureInfo.InvariantCulture),
        };

    private static string Key(JsonElement labels) =>
        string.Join(',', labels.EnumerateObject().OrderBy(l => l.Name, StringComparer.Ordinal).Select(l => $"{l.Name}={l.Value.GetString()}"));
}
