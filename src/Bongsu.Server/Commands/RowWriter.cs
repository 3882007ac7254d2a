using System.Globalization;
using System.Text.Json;

namespace Bongsu.Server.Commands;

/// <summary>Writes rows of JSON as an aligned table, JSON, JSON lines or CSV.</summary>
internal static class RowWriter
{
    private const int WidestCell = 80;

    public static void Write(TextWriter output, string format, JsonElement rows, IReadOnlyList<string> columns)
    {
        switch (format)
        {
            case "json":
                output.WriteLine(JsonSerializer.Serialize(rows, new JsonSerializerOptions { WriteIndented = true }));
                break;
            case "jsonl":
                foreach (var row in rows.EnumerateArray())
                    output.WriteLine(JsonSerializer.Serialize(row));
                break;
            case "csv":
                output.WriteLine(string.Join(',', columns));
                foreach (var row in rows.EnumerateArray())
                    output.WriteLine(string.Join(',', columns.Select(c => Quote(Cell(row, c)))));
                break;
            default:
                WriteTable(output, rows, columns);
                break;
        }
    }

    private static void WriteTable(TextWriter output, JsonElement rows, IReadOnlyList<string> columns)
    {
        var lines = new List<string[]> { columns.Select(c => c.Split('.')[0].ToUpperInvariant()).ToArray() };
        foreach (var row in rows.EnumerateArray())
            lines.Add(columns.Select(c => Cut(Cell(row, c))).ToArray());
        var widths = columns.Select((_, i) => lines.Max(l => l[i].Length)).ToArray();
        foreach (var line in lines)
            output.WriteLine(string.Join("  ", line.Select((cell, i) => cell.PadRight(widths[i]))).TrimEnd());
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

    private static string Cut(string text) => text.Length <= WidestCell ? text : text[..(WidestCell - 1)] + "…";

    private static string Quote(string text) => text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"")}\"" : text;
}
