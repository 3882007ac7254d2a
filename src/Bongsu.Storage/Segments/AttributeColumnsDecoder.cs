using Bongsu.Storage.Codecs;
using Bongsu.Telemetry.Events;

namespace Bongsu.Storage.Segments;

/// <summary>Reads what <see cref="AttributeColumnsEncoder"/> wrote. Texts stay where their column stands in the arena; nothing is copied by row.</summary>
internal sealed class AttributeColumnsDecoder(AttributeTable to)
{
    private readonly List<(Slice Key, AttributeKind Kind, int At, int End)> _columns = [];
    private readonly List<int[]> _shapes = [];

    /// <summary>How many columns there are.</summary>
    public int Count => _columns.Count;

    /// <summary>Whether a column may be asked for by a name.</summary>
    public bool HasKey(string name)
    {
        foreach (var (key, _, _, _) in _columns)
        {
            if (FieldName.Is(to.Arena.Get(key), name))
                return true;
        }
        return false;
    }

    public bool TryRead(ref ByteReader reader)
    {
        var failed = false;
        var directory = Section.Read(ref reader, to.Arena, ref failed);
        if (failed)
            return false;
        var columns = ReadDirectory(directory);
        for (var i = 0; i < columns && !failed; i++)
        {
            var values = Section.Read(ref reader, to.Arena, ref failed);
            _columns[i] = _columns[i] with { At = values.Offset, End = values.Offset + values.Length };
        }
        return columns >= 0 && !failed;
    }

    /// <summary>Adds the next record's attributes to the table; false when the shape or the values are not there.</summary>
    public bool TryNext(int shape, out AttributeRange range)
    {
        range = AttributeRange.Empty;
        if ((uint)shape >= (uint)_shapes.Count)
            return false;
        var start = to.Count;
        foreach (var column in _shapes[shape])
        {
            if (!TryValue(column))
                return false;
        }
        range = to.Since(start);
        return true;
    }

    /// <summary>Steps over the next record's attributes.</summary>
    public bool TrySkip(int shape)
    {
        if ((uint)shape >= (uint)_shapes.Count)
            return false;
        foreach (var index in _shapes[shape])
        {
            var (_, kind, at, end) = _columns[index];
            var reader = new ByteReader(to.Arena.All[at..end]);
            switch (kind)
            {
                case AttributeKind.Null: break;
                case AttributeKind.Bool: reader.ReadByte(); break;
                case AttributeKind.Int: reader.ReadVarint(); break;
                case AttributeKind.Double: reader.ReadUInt64(); break;
                default: reader.ReadText(); break;
            }
            if (reader.Failed)
                return false;
            _columns[index] = _columns[index] with { At = at + reader.Position };
        }
        return true;
    }

    private int ReadDirectory(Slice directory)
    {
        var reader = new ByteReader(to.Arena.Get(directory));
        var columns = reader.ReadCount(2);
        for (var i = 0; i < columns; i++)
        {
            var name = reader.ReadText();
            if (name.IsEmpty || name[0] > (byte)AttributeKind.Map)
                return -1;
            _columns.Add((new Slice(directory.Offset + reader.Position - name.Length + 1, name.Length - 1), (AttributeKind)name[0], 0, 0));
        }
        var shapes = reader.ReadCount();
        for (var i = 0; i < shapes; i++)
        {
            if (!TryReadShape(reader.ReadText(), columns))
                return -1;
        }
        return reader.Failed ? -1 : columns;
    }

    private bool TryReadShape(ReadOnlySpan<byte> bytes, int columns)
    {
        var shape = new List<int>();
        var reader = new ByteReader(bytes);
        while (reader.Remaining > 0 && !reader.Failed)
            shape.Add(reader.ReadInt(Math.Max(0, columns - 1)));
        _shapes.Add([.. shape]);
        return !reader.Failed && (columns > 0 || shape.Count == 0);
    }

    private bool TryValue(int index)
    {
        var (key, kind, at, end) = _columns[index];
        var reader = new ByteReader(to.Arena.All[at..end]);
        AttributeValue value;
        switch (kind)
        {
            case AttributeKind.Null: value = default; break;
            case AttributeKind.Bool: value = AttributeValue.OfBool(reader.ReadByte() != 0); break;
            case AttributeKind.Int: value = AttributeValue.OfInt(reader.ReadZigZag()); break;
            case AttributeKind.Double: value = new AttributeValue(kind, (long)reader.ReadUInt64(), default); break;
            default:
                var length = reader.ReadText().Length;
                value = new AttributeValue(kind, 0, length == 0 ? Slice.Empty : new Slice(at + reader.Position - length, length));
                break;
        }
        _columns[index] = (key, kind, at + reader.Position, end);
        to.Add(key, value);
        return !reader.Failed;
    }
}
