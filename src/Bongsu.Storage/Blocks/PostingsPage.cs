using Bongsu.Storage.Codecs;

namespace Bongsu.Storage.Blocks;

/// <summary>Values of one label name, ascending, each with the series that have it.</summary>
internal sealed class PostingsPage
{
    private const byte Version = 1;

    private readonly List<(byte[] Value, int Start, int Length)> _values = [];
    private byte[] _bytes = [];

    public int Count => _values.Count;

    public ReadOnlySpan<byte> Value(int index) => _values[index].Value;

    public static void Put(ByteWriter into, ReadOnlySpan<byte> name, int count, ReadOnlySpan<byte> values)
    {
        into.PutByte(Version);
        into.PutText(name);
        into.PutVarint((ulong)count);
        into.PutBytes(values);
    }

    /// <summary>Appends one value: what it shares with the one before, the rest of it, and its series.</summary>
    public static void PutValue(ByteWriter into, ReadOnlySpan<byte> before, ReadOnlySpan<byte> value, ReadOnlySpan<byte> list)
    {
        var shared = before.CommonPrefixLength(value);
        into.PutVarint((ulong)shared);
        into.PutText(value[shared..]);
        into.PutText(list);
    }

    /// <summary>Null when the bytes are no page.</summary>
    public static PostingsPage? TryRead(ReadOnlySpan<byte> payload)
    {
        var reader = new ByteReader(payload);
        if (reader.ReadByte() != Version)
            return null;
        reader.ReadText();
        var page = new PostingsPage { _bytes = payload.ToArray() };
        var count = reader.ReadCount(3);
        byte[] last = [];
        for (var i = 0; i < count; i++)
        {
            var shared = reader.ReadInt(last.Length);
            var rest = reader.ReadText();
            if (reader.Failed)
                return null;
            byte[] value = [.. last.AsSpan(0, shared), .. rest];
            var length = reader.ReadInt(reader.Remaining);
            page._values.Add((value, reader.Position, length));
            reader.ReadBytes(length);
            last = value;
        }
        return reader.Failed ? null : page;
    }

    /// <summary>Index of a value, or -1.</summary>
    public int Find(ReadOnlySpan<byte> value)
    {
        var (low, high) = (0, _values.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = value.SequenceCompareTo(_values[middle].Value);
            if (order == 0)
                return middle;
            if (order < 0)
                high = middle - 1;
            else
                low = middle + 1;
        }
        return -1;
    }

    /// <summary>Sets the bits of the series of a value; false when the list does not fit the block.</summary>
    public bool TrySet(int index, ulong[] bits, int series)
    {
        var reader = new ByteReader(_bytes.AsSpan(_values[index].Start, _values[index].Length));
        var next = 0L;
        while (reader.Remaining > 0)
        {
            var head = reader.ReadVarint();
            var start = next + (long)(head >> 1);
            next = start + 1 + ((head & 1) == 0 ? 0 : 1L + reader.ReadInt());
            if (reader.Failed || start < 0 || next > series || next <= start)
                return false;
            SetRun(bits, (int)start, (int)next);
        }
        return true;
    }

    /// <summary>Whether any series of a value has its bit set.</summary>
    public bool Intersects(int index, ulong[] bits)
    {
        var reader = new ByteReader(_bytes.AsSpan(_values[index].Start, _values[index].Length));
        var next = 0L;
        while (reader.Remaining > 0 && !reader.Failed)
        {
            var head = reader.ReadVarint();
            var start = next + (long)(head >> 1);
            next = start + 1 + ((head & 1) == 0 ? 0 : 1L + reader.ReadInt());
            if (start < 0)
                return false;
            for (var i = start; i < next && i >> 6 < bits.Length; i++)
            {
                if ((bits[i >> 6] >> (int)(i & 63) & 1) != 0)
                    return true;
            }
        }
        return false;
    }

    private static void SetRun(ulong[] bits, int start, int end)
    {
        for (var i = start; i < end;)
        {
            // Fast path: a whole word.
            if ((i & 63) == 0 && end - i >= 64)
            {
                bits[i >> 6] = ulong.MaxValue;
                i += 64;
                continue;
            }
            bits[i >> 6] |= 1UL << (i & 63);
            i++;
        }
    }
}
