namespace Bongsu.Ingest.Decode.Otlp;

/// <summary>Adds exponential histograms, made coarser until they have at most so many buckets.</summary>
internal readonly struct ExponentialSum(int maxBuckets) : IDeltaSum<ExponentialPoint>
{
    public ExponentialPoint Plus(ExponentialPoint total, ExponentialPoint delta) => total.Plus(delta, maxBuckets);

    public bool IsFinite(ExponentialPoint delta) => double.IsFinite(delta.Sum);

    public bool AreSame(ExponentialPoint left, ExponentialPoint right) =>
        left.Scale == right.Scale && left.Count.Equals(right.Count) && left.Sum.Equals(right.Sum) && left.ZeroCount.Equals(right.ZeroCount);
}
