using System.Numerics;

namespace Bongsu.Ingest.Pipeline.Limits;

/// <summary>
/// Roughly how many different values were seen lately, in at most 1 KiB: linear counting over a bitmap, good to some tens of thousands. Not thread-safe.
/// </summary>
internal sealed class DistinctCount
{
    private const int Bits = 4096;

    private ulong[] _bitmap = new ulong[Bits / 64];
    private ulong[]? _before;

    public void Add(ulong hash)
    {
        var bit = (int)(hash % Bits);
        _bitmap[bit / 64] |= 1ul << (bit % 64);
    }

    /// <summary>Forgets what was seen before the last turn.</summary>
    public void Turn()
    {
        (_bitmap, _before) = (_before ?? new ulong[Bits / 64], _bitmap);
        Array.Clear(_bitmap);
    }

    public double Estimate()
    {
        var set = 0;
        for (var i = 0; i < _bitmap.Length; i++)
            set += BitOperations.PopCount(_bitmap[i] | (_before is null ? 0 : _before[i]));
        // -m ln(share of empty bits); a full bitmap only says "very many".
        return -Bits * Math.Log(Math.Max(0.5, Bits - set) / Bits);
    }
}
