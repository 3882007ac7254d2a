using Bongsu.Storage.Codecs;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Storage.Segments;

/// <summary>
/// Which words ([A-Za-z0-9_]+) stand in the lines of a block: a bloom filter, and how long the longest are, so that a needle that is one long id can be told
/// from parts of words. Numbers of number columns are not in it, only how many digits they have at most. Says "maybe" too often, never "no" wrongly. Reusable
/// through <see cref="Clear"/>; not thread-safe while built.
/// </summary>
internal sealed class WordFilter
{
    // Ten bits a word and four probes: one in a hundred words that are not there passes.
    private const int BitsPerWord = 10;
    private const int Probes = 4;
    private const int MaxBytes = 128 * 1024;
    private const int MinBytes = 16;

    private readonly HashSet<ulong> _hashes = [];
    private int _longestWord;
    private int _longestNumber;
    private bool _isOpaque;

    /// <summary>A text whose words are not known is in the block: the filter can exclude nothing.</summary>
    public void AddOpaque() => _isOpaque = true;

    public void AddWords(ReadOnlySpan<byte> text)
    {
        var words = new WordReader(text);
        while (words.Read())
        {
            _longestWord = Math.Max(_longestWord, words.Word.Length);
            _hashes.Add(LabelHash.Of(words.Word));
        }
    }

    /// <summary>Words made of digits and the letters of times, of at most this length, are in the block beside those that were added.</summary>
    public void AddNumbers(int longest) => _longestNumber = Math.Max(_longestNumber, longest);

    public void Clear()
    {
        _hashes.Clear();
        (_longestWord, _longestNumber, _isOpaque) = (0, 0, false);
    }

    /// <summary>Appends the filter; false when it could exclude nothing.</summary>
    public bool Put(ByteWriter into)
    {
        if (_isOpaque)
            return false;
        into.PutVarint((ulong)Math.Max(_longestWord, _longestNumber));
        into.PutVarint((ulong)_longestNumber);
        var size = Math.Clamp(_hashes.Count * BitsPerWord / 8 + 1, MinBytes, MaxBytes);
        into.PutVarint((ulong)size);
        var bits = into.Take(size);
        bits.Clear();
        foreach (var hash in _hashes)
        {
            for (var i = 0; i < Probes; i++)
            {
                var bit = Bit(hash, i, size);
                bits[bit >> 3] |= (byte)(1 << (bit & 7));
            }
        }
        return true;
    }

    /// <summary>Whether a line with this needle may be in the block; true of bytes that are no filter.</summary>
    public static bool MayContain(ReadOnlySpan<byte> filter, ReadOnlySpan<byte> needle)
    {
        var reader = new ByteReader(filter);
        int longestWord = reader.ReadInt(), longestNumber = reader.ReadInt();
        var bits = reader.ReadText();
        if (reader.Failed || bits.IsEmpty)
            return true;
        var words = new WordReader(needle);
        while (words.Read())
        {
            if (words.Word.Length > longestWord)
                return false;
            // A word at the needle's end may go on in the line, unless no word there is longer.
            if (words.TouchesEnds && words.Word.Length < longestWord)
                continue;
            if (!(words.Word.Length <= longestNumber && IsNumeric(words.Word)) && !MayContain(bits, LabelHash.Of(words.Word)))
                return false;
        }
        return true;
    }

    private static bool MayContain(ReadOnlySpan<byte> bits, ulong hash)
    {
        for (var i = 0; i < Probes; i++)
        {
            var bit = Bit(hash, i, bits.Length);
            if ((bits[bit >> 3] & (1 << (bit & 7))) == 0)
                return false;
        }
        return true;
    }

    // Double hashing over all bits there are; the second hash is odd.
    private static int Bit(ulong hash, int probe, int size)
    {
        var mixed = (uint)hash + (uint)probe * ((uint)(hash >> 32) | 1);
        return (int)((ulong)(mixed * 2654435769u) * (ulong)(size * 8) >> 32);
    }

    // Digits, and the letters of "2026-11-21T10:00:00Z".
    private static bool IsNumeric(ReadOnlySpan<byte> word)
    {
        foreach (var b in word)
        {
            if (b is not ((>= (byte)'0' and <= (byte)'9') or (byte)'T' or (byte)'Z'))
                return false;
        }
        return true;
    }
}
