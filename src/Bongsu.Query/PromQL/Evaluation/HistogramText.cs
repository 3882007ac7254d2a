using System.Globalization;
using System.Text;
using Bongsu.Query.PromQL.Histograms;
using Bongsu.Query.PromQL.Syntax;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>A native histogram in one line, as label values show it: {count:3, sum:5, [-1,1]:2, (1,2]:1}.</summary>
internal static class HistogramText
{
    public static string Of(NativeHistogram histogram)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{{count:{PromNumber.FormatShort(histogram.Count)}, sum:{PromNumber.FormatShort(histogram.Sum)}");
        foreach (var bucket in histogram.ByBounds())
        {
            if (bucket.Count == 0)
                continue;
            var isZero = bucket.Lower <= 0 && bucket.Upper >= 0 && !histogram.IsCustom();
            var open = isZero || bucket.Upper < 0 || double.IsNegativeInfinity(bucket.Lower) ? '[' : '(';
            var close = bucket.Upper < 0 && !histogram.IsCustom() ? ')' : ']';
            text.Append(", ").Append(open).Append(PromNumber.FormatShort(bucket.Lower)).Append(',').Append(PromNumber.FormatShort(bucket.Upper)).Append(close)
                .Append(':').Append(PromNumber.FormatShort(bucket.Count));
        }
        return text.Append('}').ToString();
    }
}
