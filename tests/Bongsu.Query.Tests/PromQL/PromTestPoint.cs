using System.Globalization;
using System.Text.RegularExpressions;
using Bongsu.Query.PromQL.Histograms;
using Bongsu.Query.PromQL.Syntax;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Query.Tests.PromQL;

/// <summary>One point of a series in a script: nothing, a float, or a histogram.</summary>
internal readonly partial record struct PromTestPoint(bool IsOmitted, double Value, NativeHistogram? Histogram, bool SaysHint = false)
{
    public static List<PromTestPoint> ParseAll(string text)
    {
        var points = new List<PromTestPoint>();
        for (var at = 0; at < text.Length;)
        {
            if (char.IsWhiteSpace(text[at]))
                at++;
            else if (text[at] == '#')
                break;
            else
                at += One(text[at..], points);
        }
        return points;
    }

    private static int One(string text, List<PromTestPoint> points)
    {
        if (HistogramItem().Match(text) is { Success: true } histogram)
            Histograms(histogram, points);
        else if (BlankItem().Match(text) is { Success: true } blank)
        {
            Repeat(points, new PromTestPoint(true, 0, null), blank.Groups[1].Success ? Count(blank.Groups[1]) : 1);
            return blank.Length;
        }
        else if (StaleItem().Match(text) is { Success: true } stale)
        {
            Repeat(points, new PromTestPoint(false, SampleValues.StaleNaN, null), Count(stale.Groups[1]) + 1);
            return stale.Length;
        }
        else
            return Floats(text, points);
        return HistogramItem().Match(text).Length;
    }

    private static int Floats(string text, List<PromTestPoint> points)
    {
        var match = FloatItem().Match(text);
        if (!match.Success || !PromNumber.TryParse(match.Groups["first"].Value, out var value))
            throw new FormatException($"bad value: {text}");
        var step = 0.0;
        if (match.Groups["step"].Success && !PromNumber.TryParse(match.Groups["step"].Value, out step))
            throw new FormatException($"bad step: {text}");
        points.Add(new PromTestPoint(false, value, null));
        for (var i = 0; i < Count(match.Groups["times"]); i++)
        {
            if (match.Groups["step"].Success)
                value += step;
            points.Add(new PromTestPoint(false, value, null));
        }
        return match.Length;
    }

    private static void Histograms(Match match, List<PromTestPoint> points)
    {
        var value = ReadHistogram(match.Groups["first"].Value);
        var saysHint = match.Groups["first"].Value.Contains("counter_reset_hint", StringComparison.Ordinal);
        points.Add(new PromTestPoint(false, 0, value, saysHint));
        var step = match.Groups["step"].Success ? ReadHistogram(match.Groups["step"].Value) : null;
        for (var i = 0; i < Count(match.Groups["times"]); i++)
        {
            if (step is not null)
            {
                var hint = value.ResetHint;
                value = HistogramMath.Combine(value, step, match.Groups["sign"].Value == "-" ? -1 : 1, out _)!;
                value = value with { ResetHint = hint == step.ResetHint ? hint : Either(hint, step.ResetHint) };
            }
            points.Add(new PromTestPoint(false, 0, value, saysHint));
        }
    }

    private static CounterResetHint Either(CounterResetHint a, CounterResetHint b) =>
        a == CounterResetHint.Gauge || b == CounterResetHint.Gauge ? CounterResetHint.Gauge : CounterResetHint.Unknown;

    private static NativeHistogram ReadHistogram(string body)
    {
        var keys = HistogramKey().Matches(body).ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value);
        var (positiveSpans, positive) = Buckets(keys, "buckets", "offset");
        var (negativeSpans, negative) = Buckets(keys, "n_buckets", "n_offset");
        return new NativeHistogram
        {
            Schema = (int)Number(keys, "schema"),
            Sum = Number(keys, "sum"),
            Count = Number(keys, "count"),
            ZeroCount = Number(keys, "z_bucket"),
            ZeroThreshold = Number(keys, "z_bucket_w"),
            CustomValues = Numbers(keys, "custom_values"),
            ResetHint = keys.GetValueOrDefault("counter_reset_hint") switch
            {
                "reset" => CounterResetHint.Reset,
                "not_reset" => CounterResetHint.NotReset,
                "gauge" => CounterResetHint.Gauge,
                _ => CounterResetHint.Unknown,
            },
            PositiveSpans = positiveSpans,
            PositiveBuckets = positive,
            NegativeSpans = negativeSpans,
            NegativeBuckets = negative,
        };
    }

    private static (BucketSpan[] Spans, double[] Counts) Buckets(Dictionary<string, string> keys, string name, string offset)
    {
        var counts = Numbers(keys, name);
        return counts.Length == 0 ? ([], []) : ([new BucketSpan((int)Number(keys, offset), counts.Length)], counts);
    }

    private static double Number(Dictionary<string, string> keys, string name) =>
        keys.TryGetValue(name, out var text) && PromNumber.TryParse(text, out var value) ? value : 0;

    private static double[] Numbers(Dictionary<string, string> keys, string name) =>
        [.. keys.GetValueOrDefault(name, "").Trim('[', ']').Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(n => PromNumber.TryParse(n, out var value) ? value : throw new FormatException($"bad number {n}"))];

    private static int Count(Group group) => group.Success && group.Length > 0 ? int.Parse(group.Value, CultureInfo.InvariantCulture) : 0;

    private static void Repeat(List<PromTestPoint> points, PromTestPoint point, int times)
    {
        for (var i = 0; i < times; i++)
            points.Add(point);
    }

    [GeneratedRegex(@"^\{\{(?<first>.*?)\}\}(?:(?<sign>[+-])\{\{(?<step>.*?)\}\})?(?:x(?<times>\d+))?")]
    private static partial Regex HistogramItem();

    [GeneratedRegex(@"^_(?:x(\d+))?(?=\s|$)")]
    private static partial Regex BlankItem();

    [GeneratedRegex(@"^stale(?:x(\d+))?(?=\s|$)")]
    private static partial Regex StaleItem();

    [GeneratedRegex(@"^(?<first>[+-]?(?:[0-9.]+(?:[eE][+-]?\d+)?|[iI]nf|[nN]a[nN]))(?<step>[+-](?:[0-9.]+(?:[eE][+-]?\d+)?|[iI]nf|[nN]a[nN]))?(?:x(?<times>\d+))?(?=\s|$)")]
    private static partial Regex FloatItem();

    [GeneratedRegex(@"([a-z_]+):(\[[^\]]*\]|\S+)")]
    private static partial Regex HistogramKey();
}
