using System.Diagnostics.Metrics;

namespace Bongsu.AspNetCore.Metrics;

/// <summary>Bucket bounds: what the instrument advises, else the semantic conventions' for seconds, else the OpenTelemetry default.</summary>
internal static class HistogramBounds
{
    private static readonly double[] Seconds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
    private static readonly double[] General = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000];

    public static double[] Of(Instrument instrument) => Advised(instrument) ?? (instrument.Unit == "s" ? Seconds : General);

    private static double[]? Advised(Instrument instrument) => instrument switch
    {
        Histogram<double> h => Numbers(h.Advice),
        Histogram<long> h => Numbers(h.Advice),
        Histogram<int> h => Numbers(h.Advice),
        Histogram<float> h => Numbers(h.Advice),
        Histogram<short> h => Numbers(h.Advice),
        Histogram<byte> h => Numbers(h.Advice),
        Histogram<decimal> h => Numbers(h.Advice),
        _ => null,
    };

    private static double[]? Numbers<T>(InstrumentAdvice<T>? advice) where T : struct =>
        advice?.HistogramBucketBoundaries is { } bounds
            ? [.. bounds.Select(b => Convert.ToDouble(b, System.Globalization.CultureInfo.InvariantCulture)).Where(double.IsFinite).Order().Distinct()]
            : null;
}
