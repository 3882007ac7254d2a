using Bongsu.Ingest;

namespace Bongsu.Server.Hosting;

/// <summary>What is coming in just now: rates over the last ten seconds, from two looks at the counters.</summary>
internal sealed class IngestRates(IngestCounters counters, TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private (long At, IngestSnapshot Counts) _before = (time.GetTimestamp(), counters.Snapshot());
    private Rates? _last;

    /// <summary>Per second; null before the first window is over.</summary>
    internal sealed record Rates(double Spans, double LogRecords, double Samples, double Rejected);

    public Rates? Read()
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            var seconds = time.GetElapsedTime(_before.At, now).TotalSeconds;
            if (seconds < Window.TotalSeconds)
                return _last;
            var counts = counters.Snapshot();
            _last = new Rates(
                Rate(c => c.Accepted[Signal.Traces]), Rate(c => c.Accepted[Signal.Logs]), Rate(c => c.Accepted[Signal.Metrics]),
                Rate(c => c.Rejected.Sum(r => r.Count)));
            _before = (now, counts);
            return _last;

            double Rate(Func<IngestSnapshot, long> count) => (count(counts) - count(_before.Counts)) / seconds;
        }
    }
}
