using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.Intrinsics;
using Bongsu.Storage.Codecs;
using Bongsu.Storage.Frames;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Storage.Segments;

/// <summary>
/// Which words ([A-Za-z0-9_]+) stand in the lines of a block: bloom filters in buckets, each with its checksum, so that one word costs one small read. With the
/// length of the longest word, a needle that is one long id can be told from parts of words. Numbers of number columns are not in it, only how many
/// digits they have at most. Says "maybe" too often, never "no" wrongly. Reusable through <see cref="Clear"/>; not thread-safe.
/// </summary>
internal sealed class WordFilter
{
    /// <summary>Bits and their CRC-32C.</summary>
    public const int BucketSize = 512;

    // Ten bits a word and four probes: one in a hundred words that are not there passes.
    private const int BitsPerWord = 10;
    private const int Probes = 4;
    private const int BitsSize = BucketSize - sizeof(uint);
    private const int MaxBuckets = 1024;
    private const int Block = 32;

    private readonly WordSet _hashes = new();
    private bool _isOpaque;

    public int LongestWord { get; private set; }

    public int LongestNumber { get; private set; }

    /// <summary>A text whose words are not known is in the block: the filter can exclude nothing.</summary>
    public void AddOpaque() => _isOpaque = true;

    // Hot path: 0 B/op after warm-up (see JsonColumnsBenchmark, AllocationTests)
    /// <summary>Adds the words of a text and returns the length of the longest.</summary>
    public int AddWords(ReadOnlySpan<byte> text) => AddWords(text, onlyWithDigits: false);

    /// <summary>As <see cref="AddWords(ReadOnlySpan{byte})"/>, without the words that have no digit.</summary>
    public int AddWordsWithDigits(ReadOnlySpan<byte> text) => AddWords(text, onlyWithDigits: true);

    private int AddWords(ReadOnlySpan<byte> text, bool onlyWithDigits)
    {
        var (longest, start, last) = (0, -1, 0u);
        for (var block = 0; block < text.Length; block += Block)
        {
            var mask = WordMask(text[block..]);
            // A bit where a word begins, and one behind its end.
            var edges = mask ^ (mask << 1 | last);
            last = mask >> (Block - 1);
            for (; edges != 0; edges &= edges - 1)
            {
                var at = block + BitOperations.TrailingZeroCount(edges);
                if (start >= 0 && (!onlyWithDigits || HasDigit(text[start..at])))
                    longest = Math.Max(longest, AddWord(text[start..at]));
                start = start >= 0 ? -1 : at;
            }
        }
        if (start >= 0 && (!onlyWithDigits || HasDigit(text[start..])))
            longest = Math.Max(longest, AddWord(text[start..]));
        LongestWord = Math.Max(LongestWord, longest);
        return longest;
    }

    private static bool HasDigit(ReadOnlySpan<byte> word)
    {
        foreach (var b in word)
        {
            if ((uint)(b - '0') <= 9)
                return true;
        }
        return false;
    }

    private int AddWord(ReadOnlySpan<byte> word)
    {
        _hashes.Add(LabelHash.Of(word));
        return word.Length;
    }

    // Bytes of words among the first 32.
    private static uint WordMask(ReadOnlySpan<byte> text)
    {
        if (text.Length >= Block)
            return WordMask(Vector256.Create(text));
        Span<byte> padded = stackalloc byte[Block];
        padded.Clear();
        text.CopyTo(padded);
        return WordMask(Vector256.Create((ReadOnlySpan<byte>)padded));
    }

    private static uint WordMask(Vector256<byte> bytes)
    {
        var isLetter = Vector256.LessThanOrEqual((bytes | Vector256.Create((byte)0x20)) - Vector256.Create((byte)'a'), Vector256.Create((byte)25));
        var isDigit = Vector256.LessThanOrEqual(bytes - Vector256.Create((byte)'0'), Vector256.Create((byte)9));
        return (isLetter | isDigit | Vector256.Equals(bytes, Vector256.Create((byte)'_'))).ExtractMostSignificantBits();
    }

    /// <summary>Words made of digits and the letters of times, of at most this length, are in the block beside those that were added.</summary>
    public void AddNumbers(int longest)
    {
        LongestNumber = Math.Max(LongestNumber, longest);
        LongestWord = Math.Max(LongestWord, longest);
    }

    public void Clear()
    {
        _hashes.Clear();
        (LongestWord, LongestNumber, _isOpaque) = (0, 0, false);
    }

    /// <summary>Appends the buckets; false when they could exclude nothing.</summary>
    public bool Put(ByteWriter into)
    {
        if (_isOpaque)
            return false;
        var buckets = Math.Clamp((_hashes.Count * BitsPerWord + BitsSize * 8 - 1) / (BitsSize * 8), 1, MaxBuckets);
        var bytes = into.Take(buckets * BucketSize);
        bytes.Clear();
        foreach (var hash in _hashes.Slots)
        {
            if (hash == 0)
                continue;
            var bits = bytes.Slice(Bucket(hash, buckets) * BucketSize, BitsSize);
            for (var i = 0; i < Probes; i++)
            {
                var bit = Bit(hash, i);
                bits[bit >> 3] |= (byte)(1 << (bit & 7));
            }
        }
        for (var i = 0; i < buckets; i++)
        {
            var bucket = bytes.Slice(i * BucketSize, BucketSize);
            BinaryPrimitives.WriteUInt32LittleEndian(bucket[BitsSize..], Frame.Checksum(bucket[..BitsSize]));
        }
        return true;
    }

    /// <summary>
    /// The hash of the needle's word that has to be in the filter, for the reader's present word; false when nothing can be said of that word, for it may
    /// be a part of a longer one or a number. <paramref name="isAbsent"/>: no word of the block is as long.
    /// </summary>
    public static bool TryHash(in WordReader needle, int longestWord, int longestNumber, out ulong hash, out bool isAbsent)
    {
        hash = 0;
        isAbsent = needle.Word.Length > longestWord;
        if (isAbsent || (needle.TouchesEnds && needle.Word.Length < longestWord) || (needle.Word.Length <= longestNumber && IsNumeric(needle.Word)))
            return false;
        hash = LabelHash.Of(needle.Word);
        return true;
    }

    public static int Bucket(ulong hash, int buckets) => (int)((hash >> 40) * (ulong)buckets >> 24);

    /// <summary>Whether a word may be in its bucket; null when the bucket is damaged.</summary>
    public static bool? MayContain(ReadOnlySpan<byte> bucket, ulong hash)
    {
        if (BinaryPrimitives.ReadUInt32LittleEndian(bucket[BitsSize..]) != Frame.Checksum(bucket[..BitsSize]))
            return null;
        for (var i = 0; i < Probes; i++)
        {
            var bit = Bit(hash, i);
            if ((bucket[bit >> 3] & (1 << (bit & 7))) == 0)
                return false;
        }
        return true;
    }

    // Double hashing; the second hash is odd.
    private static int Bit(ulong hash, int probe)
    {
        var mixed = ((uint)hash + (uint)probe * ((uint)(hash >> 29) | 1)) * 2654435769u;
        return (int)((ulong)mixed * (BitsSize * 8) >> 32);
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
