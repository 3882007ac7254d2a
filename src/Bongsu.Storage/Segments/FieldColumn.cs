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

    /// <summary>Marks, in a span of <see cref="Count"/>, the values that pass a test of their text; does not touch the rest.</summary>
    public virtual void Mark(FieldTest test, Span<bool> passed)
    {
        var text = new ByteWriter(64);
        for (var i = 0; i < passed.Length; i++)
        {
            text.Clear();
            Append(i, text);
            passed[i] |= test.Passes(text.Written);
        }
    }

    /// <summary>Marks the values that contain a text.</summary>
    public virtual void MarkContaining(ReadOnlySpan<byte> needle, Span<bool> passed)
    {
        var text = new ByteWriter(64);
        for (var i = 0; i < passed.Length; i++)
        {
            text.Clear();
            Append(i, text);
            passed[i] |= text.Written.IndexOf(needle) >= 0;
        }
    }

    /// <summary>Leaves only those marked that an expression finds something in.</summary>
    public void KeepMatching(LineMatcher expression, Span<bool> marked)
    {
        var text = new ByteWriter(256);
        for (var i = 0; i < marked.Length; i++)
        {
            if (!marked[i])
                continue;
            text.Clear();
            Append(i, text);
            marked[i] = expression.Matches(text.Written);
        }
    }

    /// <summary>Null when the bytes hold no column of so many values.</summary>
    public static FieldColumn? ReadAny(ref ByteReader reader, int count, BlockBuffers buffers)
    {
        FieldColumn? column = reader.ReadByte() switch
        {
            FieldForm.Dictionary => DictionaryColumn.Read(ref reader, count),
            FieldForm.Number => NumberColumn.Read(ref reader, count, buffers),
            FieldForm.Time => TimeColumn.Read(ref reader, count, buffers),
            FieldForm.Hex => HexColumn.Read(ref reader, count, buffers),
            FieldForm.Text => TextColumn.Read(ref reader, count, buffers),
            FieldForm.Pattern => PatternColumn.Read(ref reader, count, buffers),
            _ => null,
        };
        return reader.Failed ? null : column;
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
