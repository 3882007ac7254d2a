using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Query.PromQL;

/// <summary>A point in time: a float, or a histogram when <paramref name="Histogram"/> is set. Time in ms since the epoch.</summary>
public readonly record struct PromPoint(long TimestampMs, double Value, NativeHistogram? Histogram = null);

/// <summary>What a PromQL expression evaluates to. LogQL metric queries give the same.</summary>
public abstract record PromValue;

public sealed record PromScalar(PromPoint Point) : PromValue;

public sealed record PromString(long TimestampMs, string Text) : PromValue;

public sealed record PromSample(LabelSet Labels, PromPoint Point);

/// <summary>One point a series, in the order that the query asks for (topk, sort) or unspecified.</summary>
public sealed record PromVector(IReadOnlyList<PromSample> Samples) : PromValue;

/// <param name="Labels">Of the series.</param>
/// <param name="Points">Ascending; of PromQL mostly <see cref="StepPoints"/> (range queries) or <see cref="SamplePoints"/> (range vectors), which can be read as columns.</param>
public sealed record PromSeries(LabelSet Labels, IReadOnlyList<PromPoint> Points);

/// <summary>Series over time, sorted by labels; points ascending, absent steps left out.</summary>
public sealed record PromMatrix(IReadOnlyList<PromSeries> Series) : PromValue;
