namespace Bongsu.Bench.Sampling;

/// <summary>What one run took, and how many traces were not what they had to become.</summary>
internal sealed record SamplingFigures(long Spans, double CpuSeconds, long DiskBytes, long PeakBytes, long Wrong);
