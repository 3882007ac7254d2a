using System.Globalization;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Events;

namespace Bongsu.Storage.Segments;

/// <summary>Adds the words of attribute values, as their texts have them, to a filter.</summary>
internal static class AttributeWords
{
    // Of a whole number, and of a real one as it is written out.
    private const int LongestInteger = 20;
    private const int LongestReal = 32;

    public static void Add(WordFilter words, AttributeTable table, AttributeRange range)
    {
        for (var row = range.Start; row < range.Start + range.Count; row++)
            Add(words, table.Values[row], table.Arena);
    }

    /// <summary>Whether the words of a text that is asked for are in the filter: those of nested values are not.</summary>
    public static bool Has(string text) => text.Length > 0 && text[0] is not ('[' or '{');

    public static void Add(WordFilter words, AttributeValue value, ByteArena arena)
    {
        switch (value.Kind)
        {
            case AttributeKind.String:
                words.AddWords(arena.Get(value.Payload));
                break;
            case AttributeKind.Int:
                words.AddNumbers(LongestInteger);
                break;
            case AttributeKind.Bool:
                words.AddWords(value.Bits != 0 ? "true"u8 : "false"u8);
                break;
            case AttributeKind.Double:
                Span<byte> text = stackalloc byte[LongestReal];
                value.AsDouble.TryFormat(text, out var length, "R", CultureInfo.InvariantCulture);
                words.AddWords(text[..length]);
                break;
            case AttributeKind.Array:
                AddItems(words, arena.Get(value.Payload));
                break;
            case AttributeKind.Bytes:
                words.AddWords(System.Text.Encoding.ASCII.GetBytes(AnyValueWire.ToText(value, arena)));
                break;
        }
    }

    // An array is found by each of its texts; what is nested deeper is not.
    private static void AddItems(WordFilter words, ReadOnlySpan<byte> array)
    {
        var items = new ProtoReader(array);
        while (items.Read())
        {
            if (items is not { Field: 1, Wire: ProtoWire.Bytes })
                continue;
            var item = new ProtoReader(items.Bytes);
            while (item.Read())
            {
                if (item is { Field: 1, Wire: ProtoWire.Bytes })
                    words.AddWords(item.Bytes);
            }
        }
    }
}
