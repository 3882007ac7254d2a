namespace Bongsu.AspNetCore.Metrics;

/// <summary>A histogram as it was at one moment; buckets hold one more than there are bounds.</summary>
internal sealed record HistogramValues(long Count, double Sum, double Min, double Max, long[] Buckets, List<MetricExemplar> Exemplars);
