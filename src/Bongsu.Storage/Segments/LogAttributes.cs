using Bongsu.Storage.Codecs;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Storage.Segments;

/// <summary>The fields of a block's records, in columns of one key and kind each. Lives as long as one reading of a block.</summary>
internal sealed class LogAttributes(LogBlockHead head, BlockBytes block, LogBatch batch)
{
    private readonly ByteWriter _text = new(64);

    public ColumnGroup Columns { get; } = new(block, head.Rows, head.Attributes, head.Shapes);

    public int Count => head.Attributes.Count;

    public ReadOnlySpan<byte> Key(int column) => batch.Arena.Get(head.AttributeKeys[column]);

    /// <summary>Reads the columns of some shapes' rows; false when one is damaged.</summary>
    public bool TryPrepare(ReadOnlySpan<int> rows, PackedLongs shapes)
    {
        var last = -1L;
        foreach (var row in rows)
        {
            if (shapes[row] == last)
                continue;
            last = shapes[row];
            foreach (var column in head.Shapes[(int)last])
            {
                if (Columns.Column(column) is null)
                    return false;
            }
        }
        return true;
    }

    /// <summary>Adds the fields of a row, whose columns have been read, to the batch; false when one is none of its kind.</summary>
    public bool TryTake(int row, long shape, out AttributeRange range)
    {
        var start = batch.Attributes.Count;
        foreach (var column in head.Shapes[(int)shape])
        {
            _text.Clear();
            var having = Columns.Having(column);
            Columns.Column(column)!.Append(having is null ? row : having.Rank(row), _text);
            if (!AttributeText.TryRead((AttributeKind)Columns[column].Kind, _text.Written, batch.Arena, out var value))
            {
                range = AttributeRange.Empty;
                return false;
            }
            batch.Attributes.Add(head.AttributeKeys[column], value);
        }
        range = batch.Attributes.Since(start);
        return true;
    }
}
