using System.Runtime.CompilerServices;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>
/// One series over the steps of a grid. A step without a value holds the staleness marker, which no expression can produce; a step with a histogram
/// holds the marker too and the histogram beside it.
/// </summary>
internal sealed class StepSeries(LabelSet labels, double[] values)
{
    public LabelSet Labels { get; set; } = labels;

    /// <summary>The metric name is to vanish, but only at the end: functions on names may still see it.</summary>
    public bool DropName { get; set; }

    /// <summary>At least as long as the grid; pooled.</summary>
    public double[] Values { get; } = values;

    public NativeHistogram?[]? Histograms { get; set; }

    /// <summary>What is in a step without a float.</summary>
    public static double Absent => SampleValues.StaleNaN;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool HasFloat(int step) => !SampleValues.IsStale(Values[step]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Has(int step) => !SampleValues.IsStale(Values[step]) || (Histograms is not null && Histograms[step] is not null);

    public NativeHistogram? Histogram(int step) => Histograms?[step];

    public void Set(int step, NativeHistogram histogram)
    {
        Histograms ??= new NativeHistogram?[Values.Length];
        Histograms[step] = histogram;
        Values[step] = Absent;
    }

    public void Remove(int step)
    {
        Values[step] = Absent;
        if (Histograms is not null)
            Histograms[step] = null;
    }
}
