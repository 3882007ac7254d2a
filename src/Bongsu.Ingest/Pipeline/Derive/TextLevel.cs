using Bongsu.Ingest.Decode.JsonLines;
using Bongsu.Ingest.Decode.Otlp;

namespace Bongsu.Ingest.Pipeline.Derive;

/// <summary>The level that a line of text says: in a pair of logfmt, or in front of the message. Pure.</summary>
internal static class TextLevel
{
    // Pairs of the logger stand before the message's own.
    private const int MaxPairBytes = 512;

    // Time, thread and logger stand before the level, the rest is the message.
    private const int MaxFrontBytes = 160;
    private const int MaxFrontWords = 12;

    /// <summary>The number of the level (see <see cref="Severity"/>); 0: none.</summary>
    public static int Of(ReadOnlySpan<byte> line)
    {
        var head = line[..Math.Min(line.Length, MaxPairBytes)];
        if (OfPair(head, "level="u8) is > 0 and var level)
            return level;
        if (OfPair(head, "lvl="u8) is > 0 and var shortened)
            return shortened;
        return InFront(head[..Math.Min(head.Length, MaxFrontBytes)]);
    }

    // A word in capitals, or one that a colon or a bracket ends: "Critical path found" tells no level.
    private static int InFront(ReadOnlySpan<byte> line)
    {
        for (var i = 0; i < MaxFrontWords && !line.IsEmpty; i++)
        {
            line = line.TrimStart(" \t\r\n[]|:-,<>()\"=/."u8);
            var end = line.IndexOfAny(" \t\r\n[]|:-,<>()\"=/."u8);
            var word = end < 0 ? line : line[..end];
            var isMarkedOff = end > 0 && line[end] is (byte)':' or (byte)']' or (byte)'>';
            if (word.Length >= 3 && (isMarkedOff || word.IndexOfAnyExceptInRange((byte)'A', (byte)'Z') < 0) && Severity.Level(0, word) is > 0 and var level)
                return level;
            line = line[word.Length..];
        }
        return 0;
    }

    private static int OfPair(ReadOnlySpan<byte> line, ReadOnlySpan<byte> key)
    {
        var at = line.IndexOf(key);
        // The end of a longer name is another name.
        if (at < 0 || (at > 0 && line[at - 1] is not ((byte)' ' or (byte)'\t' or (byte)'.' or (byte)'_')))
            return 0;
        var value = line[(at + key.Length)..].TrimStart((byte)'"');
        var end = value.IndexOfAny(" \t\",;"u8);
        return Severity.Level(LogLevel.OfText(end < 0 ? value : value[..end]), default);
    }
}
