using System.Buffers.Text;
using System.Text;

namespace Bongsu.Query.LogQL.Evaluation;

/// <summary>Levels as loggers write them, under the names that Loki's detected_level has. Pure.</summary>
internal static class LevelText
{
    public const string Unknown = "unknown";

    private const int MaxLength = 13;

    // Time, thread and logger stand before the level, the rest is the message.
    private const int ProseBytes = 160;
    private const int ProseWords = 12;

    private static readonly string[] OfTens = ["trace", "debug", "info", "warn", "error", "fatal"];

    private static readonly string[] OfSyslog = ["fatal", "fatal", "critical", "error", "warn", "info", "info", "debug"];

    private static readonly (string Level, string[] Words)[] Known =
    [
        ("trace", ["trace", "trc", "verbose", "vrb", "finest", "t", "v"]),
        ("debug", ["debug", "dbg", "fine", "finer", "d"]),
        ("info", ["info", "inf", "information", "informational", "notice", "success", "i", "n"]),
        ("warn", ["warn", "wrn", "warning", "w"]),
        ("error", ["error", "err", "severe", "e"]),
        ("critical", ["critical", "crit", "crt"]),
        ("fatal", ["fatal", "ftl", "panic", "dpanic", "alert", "emerg", "emergency", "f"]),
    ];

    private static readonly (byte[] Word, string Level)[][] ByLength = Group();

    /// <summary>
    /// The level that a field's value says, or null: a word, or a number as pino and bunyan have it (30 is info), or below 8 as syslog has it.
    /// </summary>
    public static string? Of(ReadOnlySpan<byte> text)
    {
        text = text.Trim((byte)' ');
        if (text.Length is 0 or > MaxLength)
            return null;
        if (text[0] is >= (byte)'0' and <= (byte)'9')
            return Utf8Parser.TryParse(text, out int number, out var used) && used == text.Length ? OfNumber(number) : null;
        Span<byte> lower = stackalloc byte[MaxLength];
        for (var i = 0; i < text.Length; i++)
            lower[i] = text[i] is >= (byte)'A' and <= (byte)'Z' ? (byte)(text[i] | 0x20) : text[i];
        lower = lower[..text.Length];
        foreach (var (word, level) in ByLength[lower.Length])
        {
            if (lower.SequenceEqual(word))
                return level;
        }
        return null;
    }

    public static string? Of(string text)
    {
        Span<byte> utf8 = stackalloc byte[MaxLength];
        return Encoding.UTF8.TryGetBytes(text, utf8, out var length) ? Of(utf8[..length]) : null;
    }

    /// <summary>
    /// The level in front of a line of text, or null: a word in capitals, or one that a colon or a bracket ends. "Critical path found" tells no level,
    /// and what stands far inside a message neither.
    /// </summary>
    public static string? OfProse(ReadOnlySpan<byte> line)
    {
        line = line[..Math.Min(line.Length, ProseBytes)];
        if (IsKlog(line))
            return Of(line[..1]);
        for (var i = 0; i < ProseWords && !line.IsEmpty; i++)
        {
            line = line.TrimStart(" \t\r\n[]|:-,<>()\"=/."u8);
            var end = line.IndexOfAny(" \t\r\n[]|:-,<>()\"=/."u8);
            var word = end < 0 ? line : line[..end];
            var isMarkedOff = end > 0 && line[end] is (byte)':' or (byte)']' or (byte)'>';
            if (word.Length >= 3 && (isMarkedOff || word.IndexOfAnyExceptInRange((byte)'A', (byte)'Z') < 0) && Of(word) is { } level)
                return level;
            line = line[word.Length..];
        }
        return null;
    }

    // I1121 10:00:00.000000 1 file.go:12] text
    private static bool IsKlog(ReadOnlySpan<byte> line) =>
        line.Length > 6 && line[0] is (byte)'I' or (byte)'W' or (byte)'E' or (byte)'F' && line[5] == ' ' && line[1..5].IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;

    private static string? OfNumber(int number) => number switch
    {
        >= 0 and <= 7 => OfSyslog[number],
        >= 10 and < 70 => OfTens[number / 10 - 1],
        _ => null,
    };

    private static (byte[] Word, string Level)[][] Group()
    {
        var groups = new (byte[], string)[MaxLength + 1][];
        for (var length = 0; length <= MaxLength; length++)
            groups[length] = [.. from known in Known from word in known.Words where word.Length == length select (Encoding.UTF8.GetBytes(word), known.Level)];
        return groups;
    }
}
