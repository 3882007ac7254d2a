using System.Buffers.Binary;
using Bongsu.Storage.Codecs;
using Bongsu.Telemetry.Events;

namespace Bongsu.Storage.Segments;

/// <summary>Turns the fields of log records on their side: a column of texts for each key and kind, and for each record only which columns it draws from (its shape, numbered). Reusable through <see cref="Clear"/>; not thread-safe.</summary>
internal sealed class LogAttributesEncoder
{
    // Kind (1), and how many of that key and kind stand before it in the record (2); the key follows.
    private const int NameSize = 3;

    private readonly ByteDictionary _columns = new();
    private readonly ByteDictionary _shapes = new();
    private readonly List<TextList> _values = [];
    // By column the last record that has a value of its key and kind, and how many; of the column for the first of them alone.
    private readonly List<(int Record, int Times)> _last = [];
    private readonly FieldColumnEncoder _encoder = new();
    private readonly ByteWriter _scratch = new();
    private readonly ByteWriter _column = new();
    private int _records;

    /// <summary>Takes the values of a range and returns the number of its shape.</summary>
    public int Add(AttributeTable from, AttributeRange range, WordFilter words)
    {
        _records++;
        _scratch.Clear();
        for (var row = range.Start; row < range.Start + range.Count; row++)
        {
            var value = from.Values[row];
            var column = Column(from.Key(row), value.Kind);
            _scratch.PutVarint((ulong)column);
            _column.Clear();
            AttributeText.Put(value, from.Arena, _column);
            _values[column].Add(_column.Written);
            if (!AttributeText.IsShown(value.Kind))
                AttributeWords.Add(words, value, from.Arena);
        }
        return _shapes.Add(_scratch.Written);
    }

    public void Put(BlockPartWriter into, WordFilter words)
    {
        _scratch.Clear();
        _columns.Put(_scratch);
        _shapes.Put(_scratch);
        Section.Put(into.Head, _scratch.Written, compress: _scratch.Length > LogBlockEncoder.MaxPlain);
        for (var i = 0; i < _columns.Count; i++)
            into.PutColumn(_encoder, _values[i], AttributeText.IsShown((AttributeKind)_columns[i][0]) ? words : null, _column);
    }

    public void Clear()
    {
        for (var i = 0; i < _columns.Count; i++)
            _values[i].Clear();
        _columns.Clear();
        _shapes.Clear();
        _last.Clear();
        _records = 0;
    }

    // A key that a record has twice has a column for each time.
    private int Column(ReadOnlySpan<byte> key, AttributeKind kind)
    {
        var first = Column(key, kind, 0);
        var times = _last[first].Record == _records ? _last[first].Times : 0;
        _last[first] = (_records, times + 1);
        return times == 0 ? first : Column(key, kind, times);
    }

    private int Column(ReadOnlySpan<byte> key, AttributeKind kind, int before)
    {
        _column.Clear();
        _column.PutByte((byte)kind);
        BinaryPrimitives.WriteUInt16LittleEndian(_column.Take(sizeof(ushort)), checked((ushort)before));
        _column.PutBytes(key);
        if (_columns.TryAdd(_column.Written, out var column))
        {
            _last.Add(default);
            if (column == _values.Count)
                _values.Add(new TextList());
        }
        return column;
    }

    /// <summary>Reads a column's name.</summary>
    public static bool TryReadName(ReadOnlySpan<byte> name, out AttributeKind kind, out ReadOnlySpan<byte> key)
    {
        kind = default;
        key = default;
        if (name.Length < NameSize || name[0] > (byte)AttributeKind.Map)
            return false;
        kind = (AttributeKind)name[0];
        key = name[NameSize..];
        return true;
    }
}
