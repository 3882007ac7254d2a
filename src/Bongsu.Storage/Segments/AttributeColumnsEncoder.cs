using Bongsu.Storage.Codecs;
using Bongsu.Telemetry.Events;

namespace Bongsu.Storage.Segments;

/// <summary>
/// Attributes turned on their side: one column of values for each key and kind, and for each record only which columns it draws from (its shape,
/// numbered). Values of one key lie together, which is what makes them small. Reusable through <see cref="Clear"/>; not thread-safe.
/// </summary>
internal sealed class AttributeColumnsEncoder
{
    private readonly ByteDictionary _columns = new();
    private readonly ByteDictionary _shapes = new();
    private readonly List<ByteWriter> _values = [];
    private readonly ByteWriter _key = new();
    private readonly ByteWriter _shape = new();

    /// <summary>Takes the values of a range and returns the number of its shape.</summary>
    public int Add(AttributeTable from, AttributeRange range)
    {
        _shape.Clear();
        for (var row = range.Start; row < range.Start + range.Count; row++)
        {
            var value = from.Values[row];
            var column = Column(from.Key(row), value.Kind);
            _shape.PutVarint((ulong)column);
            PutValue(_values[column], value, from.Arena);
        }
        return _shapes.Add(_shape.Written);
    }

    public void Finish(ByteWriter into, bool compress)
    {
        var directory = _shape;
        directory.Clear();
        _columns.Put(directory);
        _shapes.Put(directory);
        Section.Put(into, directory.Written, compress);
        for (var i = 0; i < _columns.Count; i++)
            Section.Put(into, _values[i].Written, compress);
    }

    public void Clear()
    {
        for (var i = 0; i < _columns.Count; i++)
            _values[i].Clear();
        _columns.Clear();
        _shapes.Clear();
    }

    // Kind and key together name a column.
    private int Column(ReadOnlySpan<byte> key, AttributeKind kind)
    {
        _key.Clear();
        _key.PutByte((byte)kind);
        _key.PutBytes(key);
        if (_columns.TryAdd(_key.Written, out var column) && column == _values.Count)
            _values.Add(new ByteWriter(64));
        return column;
    }

    private static void PutValue(ByteWriter into, AttributeValue value, ByteArena arena)
    {
        switch (value.Kind)
        {
            case AttributeKind.Null: break;
            case AttributeKind.Bool: into.PutByte((byte)(value.Bits != 0 ? 1 : 0)); break;
            case AttributeKind.Int: into.PutZigZag(value.Bits); break;
            case AttributeKind.Double: into.PutUInt64((ulong)value.Bits); break;
            default: into.PutText(arena.Get(value.Payload)); break;
        }
    }
}
