using System.Buffers;
using Bongsu.Storage.Codecs;

namespace Bongsu.Storage.Segments;

/// <summary>Few different texts, each once, and a code for each value.</summary>
internal sealed class DictionaryColumn : FieldColumn
{
    private readonly byte[] _bytes;
    private readonly (int At, int Length)[] _entries;
    private readonly byte[]? _codes;

    private DictionaryColumn(int count, byte[] bytes, (int, int)[] entries, byte[]? codes) : base(count) => (_bytes, _entries, _codes) = (bytes, entries, codes);

    public override void Append(int index, ByteWriter into) => into.PutBytes(Entry(_codes is null ? 0 : _codes[index]));

    public override void Mark(FieldTest test, Span<bool> passed)
    {
        Span<bool> byEntry = stackalloc bool[256];
        for (var i = 0; i < _entries.Length; i++)
            byEntry[i] = test.Passes(Entry(i));
        Spread(byEntry, passed);
    }

    public override void MarkContaining(ReadOnlySpan<byte> needle, Span<bool> passed)
    {
        Span<bool> byEntry = stackalloc bool[256];
        for (var i = 0; i < _entries.Length; i++)
            byEntry[i] = Entry(i).IndexOf(needle) >= 0;
        Spread(byEntry, passed);
    }

    public static DictionaryColumn? Read(ref ByteReader reader, int count)
    {
        if (Section.Read(ref reader) is not { } bytes)
            return null;
        var list = new ByteReader(bytes);
        var entries = new (int, int)[list.ReadCount()];
        for (var i = 0; i < entries.Length; i++)
        {
            var length = list.ReadText().Length;
            entries[i] = (list.Position - length, length);
        }
        if (list.Failed || entries.Length is 0 or > 256)
            return null;
        if (entries.Length == 1)
            return new DictionaryColumn(count, bytes, entries, null);
        var codes = ReadCodes(ref reader, count);
        return codes is not null && codes.AsSpan().IndexOfAnyExceptInRange((byte)0, (byte)(entries.Length - 1)) < 0
            ? new DictionaryColumn(count, bytes, entries, codes)
            : null;
    }

    private static byte[]? ReadCodes(ref ByteReader reader, int count)
    {
        if (reader.ReadByte() == FieldForm.ByteCodes)
            return Section.Read(ref reader) is { } codes && codes.Length == count ? codes : null;
        var packed = new ByteReader(reader.ReadText());
        var numbers = ArrayPool<long>.Shared.Rent(count);
        try
        {
            if (!LongColumn.TryRead(ref packed, numbers.AsSpan(0, count)))
                return null;
            var codes = new byte[count];
            for (var i = 0; i < count; i++)
            {
                if ((ulong)numbers[i] > byte.MaxValue)
                    return null;
                codes[i] = (byte)numbers[i];
            }
            return codes;
        }
        finally
        {
            ArrayPool<long>.Shared.Return(numbers);
        }
    }

    private ReadOnlySpan<byte> Entry(int code) => _bytes.AsSpan(_entries[code].At, _entries[code].Length);

    private void Spread(ReadOnlySpan<bool> byEntry, Span<bool> passed)
    {
        if (byEntry[.._entries.Length].IndexOf(true) < 0)
            return;
        for (var i = 0; i < passed.Length; i++)
            passed[i] |= byEntry[_codes is null ? 0 : _codes[i]];
    }
}
