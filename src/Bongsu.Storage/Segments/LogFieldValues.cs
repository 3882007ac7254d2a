using System.Buffers;
using System.Text;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;
using MatchType = Bongsu.Telemetry.Labels.MatchType;

namespace Bongsu.Storage.Segments;

/// <summary>The texts that fields must have for a selection, as far as the filters of words of a segment can say that no block has them.</summary>
internal static class LogFieldValues
{
    // What stands in JSON as it is: other characters may be escaped there, and are other words then.
    private static readonly SearchValues<char> s_plain = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_ .:/-");

    public static List<ReadOnlyMemory<byte>> Of(LogSelect select, EventSegment<LogBatch> segment)
    {
        var values = new List<ReadOnlyMemory<byte>>();
        foreach (var condition in select.RecordFields ?? [])
            Add(values, condition, segment);
        foreach (var condition in select.Fields ?? [])
            Add(values, condition, segment);
        return values;
    }

    /// <summary>Whether escapes of a JSON text may stand for characters that a word is told by.</summary>
    public static bool HidesWords(ReadOnlySpan<byte> texts)
    {
        for (var at = texts.IndexOf("\\u00"u8); at >= 0;)
        {
            if (at + 6 > texts.Length || (texts[at + 4] is >= (byte)'2' and <= (byte)'7' && s_plain.Contains(Character(texts.Slice(at + 4, 2)))))
                return true;
            var next = texts[(at + 4)..].IndexOf("\\u00"u8);
            at = next < 0 ? -1 : at + 4 + next;
        }
        return false;
    }

    private static char Character(ReadOnlySpan<byte> digits) =>
        System.Buffers.Text.Utf8Parser.TryParse(digits, out byte code, out var used, 'x') && used == 2 ? (char)code : ' ';

    private static void Add(List<ReadOnlyMemory<byte>> values, FieldCondition condition, EventSegment<LogBatch> segment)
    {
        if (condition.Text is not { Type: MatchType.Equal, Value: { Length: > 0 } value } || value.AsSpan().ContainsAnyExcept(s_plain) || IsDerived(condition.Name) || IsLabel(condition.Name, segment))
            return;
        values.Add(Encoding.ASCII.GetBytes(value));
    }

    // Shown of records and stored otherwise.
    private static bool IsDerived(string name) =>
        name is "detected_level" or "severity_number" or LabelNames.ServiceName || name.StartsWith("__", StringComparison.Ordinal);

    private static bool IsLabel(string name, EventSegment<LogBatch> segment)
    {
        var utf8 = Encoding.UTF8.GetBytes(name);
        for (var i = 0; i < segment.TagCount; i++)
        {
            var labels = new LabelReader(segment.Tag(i));
            while (labels.MoveNext())
            {
                if (labels.Name.SequenceEqual(utf8))
                    return true;
            }
        }
        return false;
    }
}
