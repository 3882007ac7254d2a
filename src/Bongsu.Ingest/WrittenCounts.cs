namespace Bongsu.Ingest;

/// <summary>How many elements of a request of metrics were written.</summary>
public readonly record struct WrittenCounts(int Samples, int Histograms, int Exemplars);
