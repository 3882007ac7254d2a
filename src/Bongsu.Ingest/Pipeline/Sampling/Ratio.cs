using System.Globalization;
using System.Text;
using Bongsu.Ingest.Pipeline.Sampling.Policies;
using Bongsu.Telemetry.Events;

namespace Bongsu.Ingest.Pipeline.Sampling;

/// <summary>
/// OpenTelemetry's consistent probability: a trace is in when its randomness, the last 56 bits of its id or what its trace state says (<c>ot=rv:…</c>), is not below
/// the threshold. Whoever samples by the same ratio, here or elsewhere, decides the same; a smaller ratio keeps a part of what a larger one keeps.
/// </summary>
internal readonly struct Ratio
{
    private const int Bits = 56;

    private readonly ulong _threshold;

    /// <param name="ratio">From 0, nothing, to 1, everything.</param>
    public Ratio(double ratio) => _threshold = (ulong)Math.Round((1 - Math.Clamp(ratio, 0, 1)) * (1UL << Bits));

    public bool IsAll => _threshold == 0;

    public bool Has(TraceId id, ReadOnlySpan<byte> traceState) => Has(Randomness(id, traceState));

    public bool Has(ulong randomness) => (randomness & ((1UL << Bits) - 1)) >= _threshold;

    /// <summary>The threshold as OpenTelemetry writes it: hexadecimal digits, without the zeros behind.</summary>
    public override string ToString()
    {
        if (_threshold >= 1UL << Bits)
            return "";
        var digits = _threshold.ToString("x14", CultureInfo.InvariantCulture).TrimEnd('0');
        return digits.Length == 0 ? "0" : digits;
    }

    private static ulong Randomness(TraceId id, ReadOnlySpan<byte> traceState)
    {
        if (traceState.IsEmpty)
            return id.Low;
        var stated = TraceStateText.FindOfOpenTelemetry(traceState, "rv"u8);
        return stated.Length == Bits / 4 && ulong.TryParse(stated, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var randomness) ? randomness : id.Low;
    }
}
