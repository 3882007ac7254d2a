using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Bongsu.Storage.Codecs;

/// <summary>
/// Whole numbers in groups of up to 128: the smallest of a group once, then what each has above it in as few bits as most need, low bits first. The few
/// that need more have their high bits behind (patches). Arithmetic wraps, so any 64-bit numbers come back.
/// </summary>
internal static class BitPacking
{
    /// <summary>Small enough that one outlier widens few, large enough that the group's header is nothing.</summary>
    public const int GroupSize = 128;

    private const byte Patched = 0x80;

    // A patch is a byte of index and at least one of high bits.
    private const int PatchBits = 16;

    /// <summary>Appends numbers in groups; an empty run takes no bytes.</summary>
    public static void Put(ByteWriter into, ReadOnlySpan<long> numbers)
    {
        for (var from = 0; from < numbers.Length; from += GroupSize)
            PutGroup(into, numbers.Slice(from, Math.Min(GroupSize, numbers.Length - from)));
    }

    /// <summary>Reads one group of as many numbers as the span holds, at most <see cref="GroupSize"/>; false when the bytes are none.</summary>
    public static bool TryReadGroup(ref ByteReader reader, scoped Span<long> numbers)
    {
        var least = reader.ReadZigZag();
        var form = reader.ReadByte();
        var width = form & ~Patched;
        if (reader.Failed || width > 64)
            return false;
        var packed = reader.ReadBytes((numbers.Length * width + 7) / 8);
        if (reader.Failed)
            return false;
        Unpack(packed, reader.Rest, width, MemoryMarshal.Cast<long, ulong>(numbers));
        if ((form & Patched) != 0 && !TryPatch(ref reader, width, numbers))
            return false;
        if (least != 0)
        {
            for (var i = 0; i < numbers.Length; i++)
                numbers[i] += least;
        }
        return true;
    }

    /// <summary>Steps over a group of so many numbers; false when the bytes are none.</summary>
    public static bool TrySkipGroup(ref ByteReader reader, int count)
    {
        reader.ReadVarint();
        var form = reader.ReadByte();
        var width = form & ~Patched;
        if (width > 64)
            return false;
        reader.ReadBytes((count * width + 7) / 8);
        var patches = (form & Patched) == 0 ? 0 : reader.ReadByte();
        for (var i = 0; i < patches; i++)
        {
            if (reader.ReadByte() >= count || width == 64)
                return false;
            reader.ReadVarint();
        }
        return !reader.Failed;
    }

    /// <summary>Appends numbers below 2^width without a header.</summary>
    public static void Pack(ByteWriter into, ReadOnlySpan<ulong> numbers, int width)
    {
        if (width == 0)
            return;
        var bytes = into.Take((numbers.Length * width + 7) / 8);
        var (pending, bits, at) = (0UL, 0, 0);
        foreach (var number in numbers)
        {
            pending |= number << bits;
            bits += width;
            if (bits < 64)
                continue;
            BinaryPrimitives.WriteUInt64LittleEndian(bytes[at..], pending);
            at += 8;
            bits -= 64;
            // A shift by 64 is a shift by 0 here, so the case without a rest stands apart.
            pending = bits == 0 ? 0 : number >> (width - bits);
        }
        for (; bits > 0; bits -= 8, pending >>= 8)
            bytes[at++] = (byte)pending;
    }

    /// <summary>Reads numbers of one width; <paramref name="behind"/> is what follows the packed bytes in the same memory.</summary>
    // Hot path: 0 B/op (see ChunkCodecBenchmark, AllocationTests)
    public static void Unpack(ReadOnlySpan<byte> packed, ReadOnlySpan<byte> behind, int width, Span<ulong> into)
    {
        if (width == 0)
        {
            into.Clear();
            return;
        }
        // Slow path: no eight bytes behind, so the wide loads would read past the end.
        if (behind.Length < 8 || width > 56)
        {
            UnpackNarrow(packed, width, into);
            return;
        }
        var mask = (1UL << width) - 1;
        ref var start = ref MemoryMarshal.GetReference(packed);
        ref var target = ref MemoryMarshal.GetReference(into);
        var bit = 0;
        for (var i = 0; i < into.Length; i++, bit += width)
        {
            // Safety: bit / 8 lies within the packed bytes, which hold into.Length × width bits, and eight bytes lie behind them; i is below into.Length.
            var word = Unsafe.ReadUnaligned<ulong>(ref Unsafe.AddByteOffset(ref start, bit >> 3));
            Unsafe.Add(ref target, i) = ((BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word)) >> (bit & 7)) & mask;
        }
    }

    private static void UnpackNarrow(ReadOnlySpan<byte> packed, int width, Span<ulong> into)
    {
        Span<byte> padded = stackalloc byte[GroupSize * 8 + 16];
        var mask = width == 64 ? ulong.MaxValue : (1UL << width) - 1;
        for (var from = 0; from < into.Length; from += GroupSize)
        {
            var count = Math.Min(GroupSize, into.Length - from);
            var bytes = packed.Slice(from * width / 8, (count * width + 7) / 8);
            bytes.CopyTo(padded);
            for (var i = 0; i < count; i++)
            {
                var (at, shift) = (i * width >> 3, i * width & 7);
                var number = BinaryPrimitives.ReadUInt64LittleEndian(padded[at..]) >> shift;
                if (shift > 0)
                    number |= (ulong)padded[at + 8] << (64 - shift);
                into[from + i] = number & mask;
            }
        }
    }

    private static void PutGroup(ByteWriter into, ReadOnlySpan<long> numbers)
    {
        Span<ulong> above = stackalloc ulong[GroupSize];
        above = above[..numbers.Length];
        var least = Least(numbers);
        for (var i = 0; i < numbers.Length; i++)
            above[i] = (ulong)(numbers[i] - least);
        var width = Width(above);
        var patches = 0;
        foreach (var number in above)
            patches += width < 64 && number >> width != 0 ? 1 : 0;
        into.PutZigZag(least);
        into.PutByte((byte)(width | (patches > 0 ? Patched : 0)));
        PutPacked(into, above, width);
        if (patches > 0)
            PutPatches(into, above, width, patches);
    }

    private static void PutPacked(ByteWriter into, ReadOnlySpan<ulong> above, int width)
    {
        Span<ulong> low = stackalloc ulong[GroupSize];
        var mask = width == 64 ? ulong.MaxValue : (1UL << width) - 1;
        for (var i = 0; i < above.Length; i++)
            low[i] = above[i] & mask;
        Pack(into, low[..above.Length], width);
    }

    private static void PutPatches(ByteWriter into, ReadOnlySpan<ulong> above, int width, int patches)
    {
        into.PutByte((byte)patches);
        for (var i = 0; i < above.Length; i++)
        {
            if (above[i] >> width == 0)
                continue;
            into.PutByte((byte)i);
            into.PutVarint(above[i] >> width);
        }
    }

    private static bool TryPatch(ref ByteReader reader, int width, scoped Span<long> numbers)
    {
        var patches = reader.ReadByte();
        for (var i = 0; i < patches; i++)
        {
            var at = reader.ReadByte();
            var high = reader.ReadVarint();
            if (reader.Failed || at >= numbers.Length || width >= 64)
                return false;
            numbers[at] |= (long)(high << width);
        }
        return !reader.Failed;
    }

    // A single number far below the rest (a counter's reset) is patched like one far above: the base is then the second smallest.
    private static long Least(ReadOnlySpan<long> numbers)
    {
        var (least, second, most) = (long.MaxValue, long.MaxValue, long.MinValue);
        foreach (var number in numbers)
        {
            if (number < least)
                (second, least) = (least, number);
            else if (number < second)
                second = number;
            most = Math.Max(most, number);
        }
        if (numbers.Length < 3)
            return least;
        var saved = Bits((ulong)(most - least)) - Bits((ulong)(most - second));
        return saved * numbers.Length > 96 ? second : least;
    }

    private static int Bits(ulong number) => 64 - BitOperations.LeadingZeroCount(number);

    // The width of least cost: bits of all, and for each number beyond it a patch.
    private static int Width(ReadOnlySpan<ulong> above)
    {
        Span<byte> counts = stackalloc byte[65];
        counts.Clear();
        var widest = 0;
        foreach (var number in above)
        {
            var bits = Bits(number);
            counts[bits]++;
            widest = Math.Max(widest, bits);
        }
        var (best, bestCost) = (widest, widest * above.Length);
        var beyond = 0;
        for (var width = widest - 1; width >= 0; width--)
        {
            beyond += counts[width + 1];
            var cost = width * above.Length + 8 + beyond * (PatchBits + (widest - width - 1) / 7 * 8);
            if (cost < bestCost)
                (best, bestCost) = (width, cost);
        }
        return best;
    }
}
