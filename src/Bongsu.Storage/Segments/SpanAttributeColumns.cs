using Bongsu.Storage.Codecs;
using Bongsu.Telemetry.Events;

namespace Bongsu.Storage.Segments;

/// <summary>
/// The attribute columns of a block of spans: which there are, and a cursor in each. Values of a column stand in the order of rows, those of a span before
/// those of its events and links, so who wants a column steps through it from the first row on. Not thread-safe.
/// </summary>
internal sealed class SpanAttributeColumns
{
    private readonly List<(Slice Key, AttributeKind Kind)> _columns = [];
    private readonly List<int[]> _shapes = [];
    private readonly List<int[]> _wanted = [];
    private SectionPlace[] _places = [];
    private int[] _readAt = [];
    private int[] _cursors = [];
    private bool _isRead;

    /// <summary>Where the directory stands in the block.</summary>
    public int At { private get; set; }

    public int Count => _columns.Count;

    public int ShapeCount => _shapes.Count;

    public Slice Key(int column) => _columns[column].Key;

    public AttributeKind Kind(int column) => _columns[column].Kind;

    /// <summary>The wanted columns that a record of a shape draws from, in its order.</summary>
    public ReadOnlySpan<int> Wanted(int shape) => _wanted[shape];

    public void Clear()
    {
        _columns.Clear();
        _shapes.Clear();
        _wanted.Clear();
        _isRead = false;
    }

    /// <summary>Reads which columns and shapes there are; keys stand in the batch's arena then.</summary>
    public void Open(scoped ref SpanBlockReader block)
    {
        if (_isRead)
            return;
        _isRead = true;
        var (at, readAt) = (At, -1);
        if (!block.TryPlace(ref at, out var place))
            return;
        var directory = block.Section(place, ref readAt);
        if (block.Failed || !TryReadDirectory(directory, block.Batch.Arena))
        {
            block.Fail();
            Clear();
            return;
        }
        if (_places.Length < Count)
            (_places, _readAt, _cursors) = (new SectionPlace[Count], new int[Count], new int[Count]);
        _readAt.AsSpan(0, Count).Fill(-1);
        for (var i = 0; i < Count && !block.Failed; i++)
            block.TryPlace(ref at, out _places[i]);
    }

    /// <summary>Says which columns are stepped through from now on, from their first values.</summary>
    public void Want(ReadOnlySpan<bool> wanted)
    {
        _wanted.Clear();
        _cursors.AsSpan().Clear();
        foreach (var shape in _shapes)
        {
            var columns = new List<int>(shape.Length);
            foreach (var column in shape)
            {
                if (wanted[column])
                    columns.Add(column);
            }
            _wanted.Add(columns.Count == shape.Length ? shape : [.. columns]);
        }
    }

    /// <summary>The next value of a column, its payload in the block.</summary>
    public AttributeValue Next(scoped ref SpanBlockReader block, int column, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        var reader = Cursor(ref block, column);
        var kind = Kind(column);
        long bits = 0;
        switch (kind)
        {
            case AttributeKind.Null: break;
            case AttributeKind.Bool: bits = reader.ReadByte() != 0 ? 1 : 0; break;
            case AttributeKind.Int: bits = reader.ReadZigZag(); break;
            case AttributeKind.Double: bits = (long)reader.ReadUInt64(); break;
            default: payload = reader.ReadText(); break;
        }
        _cursors[column] += reader.Position;
        block.Check(reader);
        return new AttributeValue(kind, bits, default);
    }

    /// <summary>Steps over the next value of each of some columns.</summary>
    public void Skip(scoped ref SpanBlockReader block, scoped ReadOnlySpan<int> columns)
    {
        foreach (var column in columns)
            Next(ref block, column, out _);
    }

    private ByteReader Cursor(scoped ref SpanBlockReader block, int column)
    {
        var bytes = block.Section(_places[column], ref _readAt[column]);
        return new ByteReader(_cursors[column] <= bytes.Length ? bytes[_cursors[column]..] : default);
    }

    private bool TryReadDirectory(ReadOnlySpan<byte> directory, ByteArena arena)
    {
        var reader = new ByteReader(directory);
        var columns = reader.ReadCount(2);
        for (var i = 0; i < columns; i++)
        {
            var name = reader.ReadText();
            if (name.IsEmpty || name[0] > (byte)AttributeKind.Map)
                return false;
            _columns.Add((arena.Append(name[1..]), (AttributeKind)name[0]));
        }
        var shapes = reader.ReadCount();
        for (var i = 0; i < shapes; i++)
        {
            if (!TryReadShape(reader.ReadText(), columns))
                return false;
        }
        return !reader.Failed;
    }

    private bool TryReadShape(ReadOnlySpan<byte> bytes, int columns)
    {
        var shape = new List<int>(bytes.Length);
        var reader = new ByteReader(bytes);
        while (reader.Remaining > 0 && !reader.Failed)
            shape.Add(reader.ReadInt(Math.Max(0, columns - 1)));
        _shapes.Add([.. shape]);
        return !reader.Failed && (columns > 0 || shape.Count == 0);
    }
}
