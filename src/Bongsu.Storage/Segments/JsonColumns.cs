namespace Bongsu.Storage.Segments;

/// <summary>The JSON lines of a sealed block: which rows are of which template, and columns that are read when first asked for. Lives as long as one reading of a block.</summary>
internal sealed class JsonColumns(LogBlockHead head, BlockBytes block)
{
    private readonly FieldColumn?[] _read = new FieldColumn?[head.Json.Count];
    private readonly RowSet?[] _having = new RowSet?[head.Json.Count];
    private readonly bool[] _isFound = new bool[head.Json.Count];
    // By template its rows; 0: those that are no JSON lines.
    private readonly RowSet[] _rows = new RowSet[head.Templates.Count + 1];
    private readonly int[] _lines = new int[head.Templates.Count + 1];

    public int TemplateCount => head.Templates.Count;

    public int Count => head.Json.Count;

    public JsonTemplate Template(int number) => head.Templates[number - 1];

    public JsonColumn this[int column] => head.Json[column];

    /// <summary>Rows of a template, from 1 on; of 0 those that are no JSON lines.</summary>
    public RowSet Rows(int template) => _rows[template];

    /// <summary>How many rows there are of a template.</summary>
    public int Lines(int template) => _lines[template];

    /// <summary>Takes the template of each row; false when one is none.</summary>
    public bool TryBegin(PackedLongs templates)
    {
        for (var i = 0; i < _rows.Length; i++)
            _rows[i] = block.Buffers.Set(head.Rows);
        if (templates.IsConstant(out var only))
        {
            if ((ulong)only >= (ulong)_rows.Length)
                return false;
            _rows[only].Fill();
            _lines[only] = head.Rows;
            return true;
        }
        // Lines of one template often follow each other.
        var all = templates.All();
        for (var at = 0; at < all.Length;)
        {
            var template = all[at];
            var run = all[at..].IndexOfAnyExcept(template);
            if (run < 0)
                run = all.Length - at;
            if ((ulong)template >= (ulong)_rows.Length)
                return false;
            _rows[template].AddRange(at, run);
            _lines[template] += run;
            at += run;
        }
        return true;
    }

    /// <summary>The column of a template's text or literal of that name, or -1.</summary>
    public int Find(JsonTemplate template, string name)
    {
        foreach (var column in template.Columns)
        {
            if (head.Json[column].Kind != JsonLine.ArrayHole && head.Json[column].Name == name)
                return column;
        }
        return -1;
    }

    /// <summary>A column's values; null when they are damaged or are not as many as the templates ask for.</summary>
    public FieldColumn? Column(int column)
    {
        if (_read[column] is { } known)
            return known;
        var (having, count) = (Having(column), head.Json[column].Count);
        if (count != (having is null ? head.Rows : having.Count()) || !block.TryRead(head.Json[column].Values, out var bytes))
            return null;
        return _read[column] = FieldColumn.ReadAny(bytes, count, block.Buffers);
    }

    /// <summary>The rows that have a value in a column, ranked; null: all.</summary>
    public RowSet? Having(int column)
    {
        if (_isFound[column])
            return _having[column];
        _isFound[column] = true;
        var lines = 0;
        for (var template = 1; template < _rows.Length; template++)
            lines += Template(template).Columns.AsSpan().Contains(column) ? _lines[template] : 0;
        // Fast path: a field that every line has.
        if (lines == head.Rows)
            return null;
        var having = block.Buffers.Set(head.Rows);
        for (var template = 1; template < _rows.Length; template++)
        {
            if (Template(template).Columns.AsSpan().Contains(column))
                having.Add(_rows[template]);
        }
        having.BeginRanks();
        return _having[column] = having;
    }
}
