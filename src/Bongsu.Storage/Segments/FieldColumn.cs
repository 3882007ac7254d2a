using System.Buffers;
using Bongsu.Storage.Codecs;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Storage.Segments;

/// <summary>The texts of one field in a block, as they stand in the lines. Reads any index below <see cref="Count"/>; lives as long as the buffers it was read into.</summary>
internal abstract class FieldColumn(int count)
{
    public int Count => count;

    /// <summary>Appends the text of one value.</summary>
    public abstract void Append(int index, ByteWriter into);

    /// <summary>Adds to a set the rows whose text passes a test.</summary>
    public virtual void Mark(FieldTest test, ColumnRows rows, RowSet passed)
    {
        var text = new ByteWriter(64);
        for (var row = rows.Rows.Next(0); row >= 0; row = rows.Rows.Next(row + 1))
        {
            text.Clear();
            Append(rows.Index(row), text);
            if (test.Passes(text.Written))
                passed.Add(row);
        }
    }

    /// <summary>Adds to a set the rows whose text contains a needle.</summary>
    public virtual void MarkContaining(ReadOnlySpan<byte> needle, ColumnRows rows, RowSet passed)
    {
        var text = new ByteWriter(64);
        for (var row = rows.Rows.Next(0); row >= 0; row = rows.Rows.Next(row + 1))
        {
            text.Clear();
            Append(rows.Index(row), text);
            if (text.Written.IndexOf(needle) >= 0)
                passed.Add(row);
        }
    }

    /// <summary>Leaves in a set only the rows in whose text an expression finds something.</summary>
    public void KeepMatching(LineMatcher expression, ColumnRows rows, RowSet marked)
    {
        var text = new ByteWriter(256);
        for (var row = marked.Next(0); row >= 0; row = marked.Next(row + 1))
        {
            text.Clear();
            Append(rows.Index(row), text);
            if (!expression.Matches(text.Written))
                marked.Remove(row);
        }
    }

    /// <summary>Null when the bytes hold no column of so many values.</summary>
    public static FieldColumn? ReadAny(ArraySegment<byte> bytes, int count, BlockBuffers buffers)
    {
        if (bytes.Count == 0)
            return null;
        var values = bytes[1..];
        return bytes[0] switch
        {
            FieldForm.Dictionary => DictionaryColumn.Read(values, count, buffers),
            FieldForm.Number => NumberColumn.Read(values, count, buffers),
            FieldForm.Time => TimeColumn.Read(values, count, buffers),
            FieldForm.Hex => HexColumn.Read(values, count, isPacked: true, buffers),
            FieldForm.SectionHex => HexColumn.Read(values, count, isPacked: false, buffers),
            FieldForm.Text => TextColumn.Read(values, count, buffers),
            FieldForm.Pattern => PatternColumn.Read(values, count, isCounted: true, buffers),
            FieldForm.UncountedPattern => PatternColumn.Read(values, count, isCounted: false, buffers),
            _ => null,
        };
    }

    protected static bool HasOther(ReadOnlySpan<byte> needle, ReadOnlySpan<byte> prefix, SearchValues<byte> alphabet)
    {
        foreach (var b in needle)
        {
            if (!alphabet.Contains(b) && !prefix.Contains(b))
                return true;
        }
        return false;
    }
}
