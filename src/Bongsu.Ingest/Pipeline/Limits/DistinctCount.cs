using System.Numerics;

namespace Bongsu.Ingest.Pipeline.Limits;

/// <summary>Roughly how many different values were seen, in 512 bytes: linear counting over a bitmap, good to some tens of thousands. Not thread-safe.</summary>
internal sealed class DistinctCount
{
    private const int Bits = 4096;

    private readonly ulong[] _bitmap = new ulong[Bits / 64];

    public void Add(ulong hash)
    {
        var bit = (int)(hash % Bits);
        _bitmap[bit / 64] |= 1ul << (bit % 64);
    }

    public double Estimate()
    {
        var set = 0;
        foreach (var word in _bitmap)
            set += BitOperations.PopCount(word);
        // -m ln(share of empty bits); a full bitmap only says "very many".
        return -Bits * Math.Log(Math.Max(0.5, Bits - set) / Bits);
    }
}
