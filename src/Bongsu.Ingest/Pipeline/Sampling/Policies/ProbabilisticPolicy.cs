using System.Text;
using Bongsu.Telemetry.Events;

namespace Bongsu.Ingest.Pipeline.Sampling.Policies;

/// <summary>
/// <c>probabilistic</c>: FNV-1a of salt and trace id against a share of all 64-bit numbers, so that it keeps the very traces that a collector with the same
/// salt and percentage keeps.
/// </summary>
public sealed class ProbabilisticPolicy : SamplingPolicy
{
    private const string DefaultSalt = "default-hash-seed";
    private const ulong FnvOffset = 14695981039346656037;
    private const ulong FnvPrime = 1099511628211;

    private readonly ulong _salted;
    private readonly ulong _threshold;

    public ProbabilisticPolicy(string name, string salt, double percentage) : base(name, "probabilistic")
    {
        _salted = Fnv(FnvOffset, Encoding.UTF8.GetBytes(salt.Length == 0 ? DefaultSalt : salt));
        _threshold = Share(percentage / 100);
    }

    public override Verdict Evaluate(in TraceFacts trace) => Hash(trace.Id) <= _threshold ? Verdict.Sampled : Verdict.NotSampled;

    public ulong Hash(TraceId id)
    {
        Span<byte> bytes = stackalloc byte[TraceId.Size];
        id.CopyTo(bytes);
        return Fnv(_salted, bytes);
    }

    // In whole numbers: a double times 2^64 would be off by thousands.
    private static ulong Share(double ratio)
    {
        if (ratio >= 1)
            return ulong.MaxValue;
        if (!(ratio > 0))
            return 0;
        var bits = BitConverter.DoubleToUInt64Bits(ratio);
        var exponent = (int)(bits >> 52) - 1075;
        var mantissa = (bits & ((1UL << 52) - 1)) | (1UL << 52);
        return exponent < -127 ? 0 : (ulong)(((UInt128)ulong.MaxValue * mantissa) >> -exponent);
    }

    private static ulong Fnv(ulong hash, ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes)
            hash = (hash ^ b) * FnvPrime;
        return hash;
    }
}
