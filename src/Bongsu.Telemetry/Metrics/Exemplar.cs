using Bongsu.Telemetry.Labels;

namespace Bongsu.Telemetry.Metrics;

/// <summary>One measured value with the labels (mostly trace_id and span_id) that lead to where it was measured. Time in ms since the epoch.</summary>
public readonly record struct Exemplar(LabelSet Labels, long TimestampMs, double Value);
