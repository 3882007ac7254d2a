using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>The samples of one series within one range (after its begin, up to and including its end), floats and histograms apart.</summary>
internal readonly ref struct RangeWindow
{
    public required LabelSet Labels { get; init; }
    public required ReadOnlySpan<long> Times { get; init; }
    public required ReadOnlySpan<double> Values { get; init; }
    public required ReadOnlySpan<long> HistogramTimes { get; init; }
    public required ReadOnlySpan<NativeHistogram> Histograms { get; init; }

    /// <summary>When the counter behind each float and each histogram began; empty when none says it.</summary>
    public ReadOnlySpan<long> StartTimes { get; init; }
    public ReadOnlySpan<long> HistogramStartTimes { get; init; }

    /// <summary>The moment that is evaluated, before offset and @.</summary>
    public required int Step { get; init; }
    public required long EvaluatedMs { get; init; }
    public required long BeginMs { get; init; }
    public required long EndMs { get; init; }

    /// <summary>No value of the whole series falls below the one before it: rates need not look at every sample.</summary>
    public required bool IsMonotonic { get; init; }

    public bool IsMixed => !Times.IsEmpty && !HistogramTimes.IsEmpty;

    public double RangeSeconds => (EndMs - BeginMs) / 1000.0;
}
