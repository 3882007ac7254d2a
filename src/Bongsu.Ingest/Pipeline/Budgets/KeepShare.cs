using Bongsu.Telemetry.Events;

namespace Bongsu.Ingest.Pipeline.Budgets;

/// <summary>
/// A share of traces, the same ones for every service, signal and retry: as OpenTelemetry's consistent probability sampling takes the last 56 bits of a
/// trace id for its randomness. Immutable.
/// </summary>
internal readonly struct KeepShare(double share)
{
    private const ulong Range = 1UL << 56;

    private readonly ulong _threshold = (ulong)((1 - Math.Clamp(share, 0, 1)) * Range);

    public bool Has(TraceId trace) => Has(trace.Low);

    /// <summary>The same of what has no trace, by a hash of it.</summary>
    public bool Has(ulong random) => (random & (Range - 1)) >= _threshold;
}
