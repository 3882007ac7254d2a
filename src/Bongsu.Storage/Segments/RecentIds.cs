namespace Bongsu.Storage.Segments;

/// <summary>Finds an id among the last 255 different ones, or now and then not: then it is only stored once more. Reusable; not thread-safe.</summary>
internal sealed class RecentIds
{
    private const int Slots = 4096;

    // By the low bits of an id the number of the last one with them, from 1 on.
    private readonly int[] _numbers = new int[Slots];
    private readonly UInt128[] _ids = new UInt128[Slots];

    public void Clear() => Array.Clear(_numbers);

    /// <summary>How many ids ago the id came, when <paramref name="count"/> have come so far; 0, and it is the next one, when it is not known.</summary>
    public byte Back(UInt128 id, int count)
    {
        var slot = (int)((ulong)id * 0x9E3779B97F4A7C15 >> 52);
        var back = _numbers[slot] > 0 && _ids[slot] == id ? count - _numbers[slot] + 1 : 0;
        if (back is > 0 and <= byte.MaxValue)
            return (byte)back;
        (_numbers[slot], _ids[slot]) = (count + 1, id);
        return 0;
    }
}
