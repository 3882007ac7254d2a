using Bongsu.Storage.Codecs;

namespace Bongsu.Storage.Segments;

/// <summary>Few different texts, each once, and a code for each value.</summary>
internal sealed class DictionaryColumn : FieldColumn
{
    private const int MaxEntries = 256;

    private readonly byte[] _bytes;
    private readonly (int At, int Length)[] _entries;
    // One of them, or none where there is one text alone.
    private readonly PackedLongs? _packed;
    private readonly byte[]? _codes;

    private DictionaryColumn(int count, byte[] bytes, (int, int)[] entries, PackedLongs? packed, byte[]? codes) : base(count) =>
        (_bytes, _entries, _packed, _codes) = (bytes, entries, packed, codes);

    public override void Append(int index, ByteWriter into) => into.PutBytes(Entry(_codes is not null ? _codes[index] : _packed is not null ? (byte)_packed[index] : 0));

    public override void Mark(FieldTest test, ColumnRows rows, RowSet passed)
    {
        Span<bool> byEntry = stackalloc bool[MaxEntries];
        byEntry.Clear();
        for (var i = 0; i < _entries.Length; i++)
            byEntry[i] = test.Passes(Entry(i));
        Spread(byEntry, rows, passed);
    }

    public override void MarkContaining(ReadOnlySpan<byte> needle, ColumnRows rows, RowSet passed)
    {
        Span<bool> byEntry = stackalloc bool[MaxEntries];
        byEntry.Clear();
        for (var i = 0; i < _entries.Length; i++)
            byEntry[i] = Entry(i).IndexOf(needle) >= 0;
        Spread(byEntry, rows, passed);
    }

    public static DictionaryColumn? Read(ArraySegment<byte> bytes, int count, BlockBuffers buffers)
    {
        var reader = new ByteReader(bytes);
        if (!Section.TryRead(ref reader, buffers.Bytes, out var texts, out var length))
            return null;
        var list = new ByteReader(texts.AsSpan(0, length));
        var number = list.ReadCount();
        if (number is 0 or > MaxEntries)
            return null;
        var entries = new (int, int)[number];
        for (var i = 0; i < entries.Length; i++)
        {
            var size = list.ReadText().Length;
            entries[i] = (list.Position - size, size);
        }
        if (list.Failed)
            return null;
        if (entries.Length == 1)
            return new DictionaryColumn(count, texts, entries, null, null);
        if (reader.ReadByte() == FieldForm.ByteCodes)
            return Section.TryRead(ref reader, buffers.Bytes, out var codes, out var codeCount) && codeCount == count ? new DictionaryColumn(count, texts, entries, null, codes) : null;
        return PackedLongs.Open(bytes[(reader.Position + TextHead(ref reader))..], count, buffers) is { } packed ? new DictionaryColumn(count, texts, entries, packed, null) : null;
    }

    // Steps over the length.
    private static int TextHead(ref ByteReader reader)
    {
        var start = reader.Position;
        reader.ReadInt();
        return reader.Position - start;
    }

    // A code that is none has no text.
    private ReadOnlySpan<byte> Entry(int code) => (uint)code < (uint)_entries.Length ? _bytes.AsSpan(_entries[code].At, _entries[code].Length) : default;

    private void Spread(ReadOnlySpan<bool> byEntry, ColumnRows rows, RowSet passed)
    {
        if (byEntry.IndexOf(true) < 0)
            return;
        if (_codes is not null)
            rows.Collect(new ByteTest(_codes, byEntry), passed);
        else if (_packed is not null && !_packed.IsConstant(out _))
            rows.Collect(new CodeTest(_packed, byEntry), passed);
        else if (byEntry[_packed is null ? 0 : (byte)_packed[0]])
            passed.Add(rows.Rows);
    }

    private readonly ref struct ByteTest(byte[] codes, ReadOnlySpan<bool> byEntry) : IValueTest
    {
        private readonly ReadOnlySpan<bool> _byEntry = byEntry;

        public bool Passes(int index) => _byEntry[codes[index]];
    }

    private readonly ref struct CodeTest(PackedLongs codes, ReadOnlySpan<bool> byEntry) : IValueTest
    {
        private readonly ReadOnlySpan<bool> _byEntry = byEntry;

        public bool Passes(int index) => _byEntry[(byte)codes[index]];
    }
}
