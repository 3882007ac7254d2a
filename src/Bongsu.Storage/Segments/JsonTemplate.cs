using System.Text;

namespace Bongsu.Storage.Segments;

/// <summary>The form of some lines: literal bytes with holes between them, each with the column that its values come from. Immutable.</summary>
internal sealed class JsonTemplate
{
    private readonly byte[] _bytes;
    private readonly int[] _ends;

    private JsonTemplate(byte[] bytes, int[] ends, int[] columns)
    {
        _bytes = bytes;
        _ends = ends;
        Columns = columns;
    }

    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Where the holes stand.</summary>
    public int[] Holes => _ends;

    /// <summary>The column of each hole.</summary>
    public int[] Columns { get; }

    /// <summary>The literal bytes before a hole, or, for the number of holes, behind the last.</summary>
    public ReadOnlySpan<byte> Piece(int index)
    {
        var start = index == 0 ? 0 : _ends[index - 1] + 1;
        return _bytes.AsSpan(start, (index == _ends.Length ? _bytes.Length : _ends[index]) - start);
    }

    /// <summary>Null when columns and holes do not fit together.</summary>
    public static JsonTemplate? Of(ReadOnlySpan<byte> bytes, int[] columns)
    {
        var ends = new List<int>();
        for (var i = 0; i < bytes.Length; i++)
        {
            if (IsHole(bytes[i]))
                ends.Add(i);
        }
        return ends.Count == columns.Length ? new JsonTemplate(bytes.ToArray(), [.. ends], columns) : null;
    }

    /// <summary>
    /// The kind and name of each hole as <c>| json</c> names it: keys on the way joined by underscores, what is no letter, digit or underscore made one.
    /// Null when two holes have one name: which of them counts is then for the reader of lines.
    /// </summary>
    public static List<(byte Kind, string Name)>? Fields(ReadOnlySpan<byte> template)
    {
        var fields = new List<(byte, string)>();
        var names = new HashSet<string>();
        var prefixes = new Stack<string>();
        var (prefix, key) = ("", "");
        for (var at = 0; at < template.Length; at++)
        {
            switch (template[at])
            {
                case (byte)'{':
                    prefixes.Push(prefix);
                    prefix = Join(prefix, key);
                    key = "";
                    break;
                case (byte)'}':
                    prefix = prefixes.Pop();
                    break;
                case (byte)'"' when template[at + 1] != JsonLine.TextHole:
                    var end = at + 1 + template[(at + 1)..].IndexOf((byte)'"');
                    key = Encoding.ASCII.GetString(template[(at + 1)..end]);
                    at = end;
                    break;
                case JsonLine.TextHole or JsonLine.LiteralHole or JsonLine.ArrayHole:
                    var name = Sanitize(Join(prefix, key));
                    if (!names.Add(name))
                        return null;
                    fields.Add((template[at], name));
                    // The quote behind a text begins no key.
                    at += template[at] == JsonLine.TextHole ? 1 : 0;
                    break;
            }
        }
        return fields;
    }

    private static bool IsHole(byte b) => b is JsonLine.TextHole or JsonLine.LiteralHole or JsonLine.ArrayHole;

    private static string Join(string prefix, string key) => prefix.Length == 0 ? key : prefix + "_" + key;

    private static string Sanitize(string key)
    {
        var name = new StringBuilder(key.Length + 1);
        if (char.IsAsciiDigit(key[0]))
            name.Append('_');
        foreach (var c in key)
            name.Append(char.IsAsciiLetterOrDigit(c) ? c : '_');
        return name.ToString();
    }
}
