using System.Buffers;
using Bongsu.Storage.Codecs;

namespace Bongsu.Storage.Segments;

/// <summary>The texts of one field in a block, as they stand in the lines. Reads any index below <see cref="Count"/>; immutable once read.</summary>
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

    /// <summary>Null when the bytes hold no column of so many values.</summary>
    public static FieldColumn? ReadAny(ref ByteReader reader, int count)
    {
        FieldColumn? column = reader.ReadByte() switch
        {
            FieldForm.Dictionary => DictionaryColumn.Read(ref reader, count),
            FieldForm.Number => NumberColumn.Read(ref reader, count),
            FieldForm.Time => TimeColumn.Read(ref reader, count),
            FieldForm.Hex => HexColumn.Read(ref reader, count),
            FieldForm.Text => TextColumn.Read(ref reader, count),
            FieldForm.Pattern => PatternColumn.Read(ref reader, count),
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
