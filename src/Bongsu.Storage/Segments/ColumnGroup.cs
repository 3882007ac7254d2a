namespace Bongsu.Storage.Segments;

/// <summary>
/// Columns of which each row has some: its shape, one of a few, says which, and its value in a column is as many values in as rows before it have one. Columns are read when first
/// asked for. Lives as long as one reading of a block.
/// </summary>
/// <param name="block">The block.</param>
/// <param name="rows">Rows of the block.</param>
/// <param name="columns">Where the columns are.</param>
/// <param name="shapes">By shape its columns, each once.</param>
internal sealed class ColumnGroup(BlockBytes block, int rows, IReadOnlyList<BlockColumn> columns, IReadOnlyList<int[]> shapes)
{
    private readonly FieldColumn?[] _read = new FieldColumn?[columns.Count];
    private readonly RowSet?[] _having = new RowSet?[columns.Count];
    private readonly bool[] _isFound = new bool[columns.Count];
    private readonly RowSet[] _rows = new RowSet[shapes.Count];
    private readonly int[] _counts = new int[shapes.Count];

    public int Count => columns.Count;

    public BlockColumn this[int column] => columns[column];

    /// <summary>Rows of a shape.</summary>
    public RowSet Rows(int shape) => _rows[shape];

    /// <summary>How many rows there are of a shape.</summary>
    public int CountOf(int shape) => _counts[shape];

    /// <summary>Takes the shape of each row; false when one is none.</summary>
    public bool TryBegin(PackedLongs numbers)
    {
        for (var i = 0; i < _rows.Length; i++)
            _rows[i] = block.Buffers.Set(rows);
        if (numbers.IsConstant(out var only))
        {
            if ((ulong)only >= (ulong)_rows.Length)
                return rows == 0;
            _rows[only].Fill();
            _counts[only] = rows;
            return true;
        }
        // Rows of one shape often follow each other.
        var all = numbers.All();
        for (var at = 0; at < all.Length;)
        {
            var shape = all[at];
            var run = all[at..].IndexOfAnyExcept(shape);
            if (run < 0)
                run = all.Length - at;
            if ((ulong)shape >= (ulong)_rows.Length)
                return false;
            _rows[shape].AddRange(at, run);
            _counts[shape] += run;
            at += run;
        }
        return true;
    }

    /// <summary>A column's values; null when they are damaged or are not as many as the shapes ask for.</summary>
    public FieldColumn? Column(int column)
    {
        if (_read[column] is { } known)
            return known;
        var (having, count) = (Having(column), columns[column].Count);
        if (count != (having is null ? rows : having.Count()) || !block.TryRead(columns[column].Values, out var bytes))
            return null;
        return _read[column] = FieldColumn.ReadAny(bytes, count, block.Buffers);
    }

    /// <summary>The rows that have a value in a column, ranked; null: all.</summary>
    public RowSet? Having(int column)
    {
        if (_isFound[column])
            return _having[column];
        _isFound[column] = true;
        var count = 0;
        for (var shape = 0; shape < _rows.Length; shape++)
            count += shapes[shape].AsSpan().Contains(column) ? _counts[shape] : 0;
        // Fast path: a column that every row has.
        if (count == rows)
            return null;
        var having = block.Buffers.Set(rows);
        for (var shape = 0; shape < _rows.Length; shape++)
        {
            if (shapes[shape].AsSpan().Contains(column))
                having.Add(_rows[shape]);
        }
        having.BeginRanks();
        return _having[column] = having;
    }

    /// <summary>The rows that have a value in a column, and those alone, of some; a set of its own.</summary>
    public RowSet Of(RowSet some, int column)
    {
        var own = block.Buffers.Set(rows);
        own.CopyFrom(some);
        if (Having(column) is { } having)
            own.Keep(having);
        return own;
    }
}
