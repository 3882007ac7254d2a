using System.Text;
using Bongsu.Storage.Codecs;

namespace Bongsu.Storage.Segments;

/// <summary>The JSON lines of a sealed block: templates, and columns that are read when first asked for. Lives as long as one reading of a block.</summary>
internal sealed class JsonColumns(BlockBuffers buffers)
{
    private readonly List<(byte Kind, string Name, int At, int Length)> _columns = [];
    private readonly List<JsonTemplate> _templates = [];
    private FieldColumn?[] _read = [];
    private int[]?[] _ranks = [];
    private int[] _lineTemplates = [];
    private int[] _lines = [];

    public int TemplateCount => _templates.Count;

    /// <summary>Reads the directory and steps over the columns; false when it is malformed.</summary>
    public bool TryRead(ref ByteReader reader)
    {
        if (Section.Read(ref reader) is not { } directory || !TryReadDirectory(directory))
            return false;
        for (var i = 0; i < _columns.Count; i++)
        {
            var length = reader.ReadText().Length;
            _columns[i] = _columns[i] with { At = reader.Position - length, Length = length };
        }
        _read = new FieldColumn?[_columns.Count];
        _ranks = new int[]?[_columns.Count];
        return !reader.Failed;
    }

    /// <summary>Template of each row, from 1 on; 0: no JSON line. And how many rows there are of each.</summary>
    public void Begin(int[] templates, int[] lines) => (_lineTemplates, _lines) = (templates, lines);

    /// <summary>Rows of a template.</summary>
    public int Lines(int template) => _lines[template];

    public JsonTemplate Template(int number) => _templates[number - 1];

    /// <summary>The column of a template's text or literal of that name, or -1.</summary>
    public int Find(JsonTemplate template, string name)
    {
        foreach (var column in template.Columns)
        {
            if (_columns[column].Name == name && _columns[column].Kind != JsonLine.ArrayHole)
                return column;
        }
        return -1;
    }

    public byte Kind(int column) => _columns[column].Kind;

    public int Count => _columns.Count;

    /// <summary>A column's values; null when they are damaged or are not as many as the templates ask for.</summary>
    public FieldColumn? Column(int column, ReadOnlySpan<byte> block)
    {
        if (_read[column] is { } known)
            return known;
        var reader = new ByteReader(block.Slice(_columns[column].At, _columns[column].Length));
        var count = reader.ReadInt(BlockDecoder.MaxRows);
        reader.ReadInt();
        return _read[column] = count == CountRanks(column) ? FieldColumn.ReadAny(ref reader, count, buffers) : null;
    }

    /// <summary>Length of the longest word in a column.</summary>
    public int LongestWord(int column, ReadOnlySpan<byte> block)
    {
        var reader = new ByteReader(block.Slice(_columns[column].At, _columns[column].Length));
        reader.ReadInt(BlockDecoder.MaxRows);
        return reader.ReadInt();
    }

    /// <summary>Which value of a column each row has; null: the row's number itself.</summary>
    public int[]? Ranks(int column) => _ranks[column];

    private int CountRanks(int column)
    {
        var has = new bool[_templates.Count + 1];
        for (var i = 0; i < _templates.Count; i++)
            has[i + 1] = _templates[i].Columns.AsSpan().Contains(column);
        var total = 0;
        for (var template = 1; template < has.Length; template++)
            total += has[template] ? _lines[template] : 0;
        // Fast path: a field that every line has.
        if (total == _lineTemplates.Length)
            return total;
        var ranks = _ranks[column] = buffers.Ints(_lineTemplates.Length);
        var count = 0;
        for (var row = 0; row < ranks.Length; row++)
        {
            ranks[row] = count;
            count += has[_lineTemplates[row]] ? 1 : 0;
        }
        return count;
    }

    private bool TryReadDirectory(byte[] directory)
    {
        var reader = new ByteReader(directory);
        var columns = reader.ReadCount(2);
        for (var i = 0; i < columns; i++)
        {
            var kind = reader.ReadByte();
            _columns.Add((kind, Encoding.ASCII.GetString(reader.ReadText()), 0, 0));
        }
        var templates = reader.ReadCount(2);
        for (var i = 0; i < templates; i++)
        {
            var bytes = reader.ReadText();
            var holes = new int[reader.ReadCount()];
            for (var hole = 0; hole < holes.Length; hole++)
                holes[hole] = reader.ReadInt(Math.Max(0, columns - 1));
            // A column twice in one line would give one row two values of it.
            if (reader.Failed || (holes.Length > 0 && columns == 0) || new HashSet<int>(holes).Count != holes.Length || JsonTemplate.Of(bytes, holes) is not { } template)
                return false;
            _templates.Add(template);
        }
        return !reader.Failed;
    }
}
