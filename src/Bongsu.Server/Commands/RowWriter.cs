using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Bongsu.Server.Commands;

/// <summary>Writes rows of JSON as an aligned table, JSON, JSON lines or CSV. A table without rows is nothing: the caller says in words what there is none of.</summary>
internal static class RowWriter
{
    private const int WidestCell = 80;
    private const int NarrowestCell = 10;

    private static readonly JsonSerializerOptions s_line = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonSerializerOptions s_indented = new(s_line) { WriteIndented = true };

    /// <param name="output">Where to.</param>
    /// <param name="format">table, json, jsonl or csv.</param>
    /// <param name="rows">A list of objects.</param>
    /// <param name="columns">The fields that a table or CSV shows; <c>a.b</c> is the field b of the object a.</param>
    /// <param name="width">Columns of the screen, into which the last column of a table is cut; 0: it is as wide as any cell may be.</param>
    public static void Write(TextWriter output, string format, JsonElement rows, IReadOnlyList<string> columns, int width = 0)
    {
        switch (format)
        {
            case "json":
                output.WriteLine(JsonSerializer.Serialize(rows, s_indented));
                break;
            case "jsonl":
                foreach (var row in rows.EnumerateArray())
                    output.WriteLine(JsonSerializer.Serialize(row, s_line));
                break;
            case "csv":
                output.WriteLine(string.Join(',', columns));
                foreach (var row in rows.EnumerateArray())
                    output.WriteLine(string.Join(',', columns.Select(c => Quote(Cell(row, c)))));
                break;
            default:
                WriteTable(output, rows, columns, width);
                break;
        }
    }

    private static void WriteTable(TextWriter output, JsonElement rows, IReadOnlyList<string> columns, int width)
    {
        if (rows.GetArrayLength() == 0)
            return;
        var lines = new List<string[]> { columns.Select(c => c.Split('.')[0].ToUpperInvariant()).ToArray() };
        foreach (var row in rows.EnumerateArray())
            lines.Add(columns.Select(c => Cut(Terminal.Safe(Cell(row, c)).Replace('\n', ' '), WidestCell)).ToArray());
        var widths = columns.Select((_, i) => lines.Max(l => l[i].Length)).ToArray();
        var last = width > 0 ? Math.Max(NarrowestCell, width - widths[..^1].Sum(w => w + 2)) : WidestCell;
        widths[^1] = Math.Min(widths[^1], last);
        foreach (var line in lines)
        {
            line[^1] = Cut(line[^1], last);
            output.WriteLine(string.Join("  ", line.Select((cell, i) => cell.PadRight(widths[i]))).TrimEnd());
        }
    }

    // "a.b" is the field b of the object a. No data is a dash, never a zero.
    private static string Cell(JsonElement row, string column)
    {
        var value = row;
        foreach (var part in column.Split('.'))
        {
            if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty(part, out value))
                return "-";
        }
        return value.ValueKind switch
        {
            JsonValueKind.Null or JsonValueKind.Undefined => "-",
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.Number => value.GetDouble().ToString("G4", CultureInfo.InvariantCulture),
            _ => value.GetRawText(),
        };
    }

    private static string Cut(string text, int width) => text.Length <= width ? text : text[..(width - 1)] + "…";

    private static string Quote(string text) => text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"")}\"" : text;
}
