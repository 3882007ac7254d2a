namespace Bongsu.Ingest.Pipeline.Derive.Patterns;

/// <summary>Words that belong to a number beside them: units, and parts of a date. Immutable.</summary>
internal static class KnownWords
{
    private const int MaxLength = 8;

    private static readonly HashSet<ulong> s_units = Pack(
        "% b kb mb gb tb kib mib gib byte bytes ns us ms s sec secs second seconds m min mins minute minutes h hr hrs hour hours d day days msec usec millis");

    private static readonly HashSet<ulong> s_dates = Pack(
        "mon tue wed thu fri sat sun monday tuesday thursday friday saturday sunday " +
        "jan feb mar apr may jun jul aug sep oct nov dec january february march april june july august october november december " +
        "am pm utc gmt pst pdt est edt cst cdt mst mdt kst jst cet cest");

    // A word of none of these lengths and beginnings is no known one: most are sorted out here.
    private static readonly uint s_firstLetters = FirstLetters();

    public static bool MayBeKnown(ReadOnlySpan<byte> word) =>
        word.Length <= MaxLength + 1 && ((word[0] | 0x20) - 'a' is >= 0 and < 26 and var letter ? (s_firstLetters >> letter & 1) != 0 : word[0] == '%');

    /// <summary>Whether it is the unit of a number before it, also at the end of a sentence.</summary>
    public static bool IsUnit(ReadOnlySpan<byte> word) => TryPack(word[^1] == '.' ? word[..^1] : word, out var packed) && s_units.Contains(packed);

    public static bool IsDate(ReadOnlySpan<byte> word) => word.Length > 1 && TryPack(word, out var packed) && s_dates.Contains(packed);

    private static bool TryPack(ReadOnlySpan<byte> word, out ulong packed)
    {
        packed = 0;
        if (word.Length > MaxLength)
            return false;
        foreach (var b in word)
            packed = packed << 8 | (b is >= (byte)'A' and <= (byte)'Z' ? (byte)(b | 0x20) : b);
        return true;
    }

    private static HashSet<ulong> Pack(string words)
    {
        var set = new HashSet<ulong>();
        foreach (var word in words.Split(' '))
        {
            // Why: "september" and its like have nine letters; days and months are mostly written short.
            if (TryPack(System.Text.Encoding.ASCII.GetBytes(word), out var packed))
                set.Add(packed);
        }
        return set;
    }

    private static uint FirstLetters()
    {
        uint letters = 0;
        foreach (var packed in (ulong[])[.. s_units, .. s_dates])
        {
            var first = packed;
            while (first > byte.MaxValue)
                first >>= 8;
            if (first >= 'a')
                letters |= 1u << (int)(first - 'a');
        }
        return letters;
    }
}
