using Bongsu.Telemetry.Events;

namespace Bongsu.Ingest.Decode.Otlp;

/// <summary>The level label of a log record, from its severity.</summary>
internal static class Severity
{
    private static readonly string[] s_levels = ["unknown", "trace", "debug", "info", "warn", "error", "fatal"];

    public const int Count = 7;

    public static string Name(int level) => s_levels[level];

    /// <summary>Index of the level: the number of OTLP's ranges of four (1-4 trace … 21-24 fatal), else from the text, else 0 for unknown.</summary>
    public static int Level(int number, ReadOnlySpan<byte> text)
    {
        if (number is >= 1 and <= 24)
            return (number + 3) / 4;
        return text.IsEmpty ? 0 : FromText(text);
    }

    private static int FromText(ReadOnlySpan<byte> text)
    {
        Span<byte> lower = stackalloc byte[12];
        if (text.Length > lower.Length)
            return 0;
        for (var i = 0; i < text.Length; i++)
            lower[i] = text[i] is >= (byte)'A' and <= (byte)'Z' ? (byte)(text[i] | 0x20) : text[i];
        lower = lower[..text.Length];
        if (lower.Length <= 3)
            return FromShort(lower);
        if (lower.StartsWith("trace"u8) || lower.SequenceEqual("verbose"u8) || lower.SequenceEqual("finest"u8))
            return 1;
        if (lower.StartsWith("debug"u8) || lower.StartsWith("fine"u8))
            return 2;
        if (lower.StartsWith("info"u8) || lower.SequenceEqual("notice"u8) || lower.SequenceEqual("success"u8))
            return 3;
        if (lower.StartsWith("warn"u8))
            return 4;
        if (lower.StartsWith("err"u8) || lower.SequenceEqual("severe"u8))
            return 5;
        return lower.StartsWith("fatal"u8) || lower.StartsWith("crit"u8) || lower.SequenceEqual("panic"u8) || lower.StartsWith("emerg"u8) || lower.SequenceEqual("alert"u8) ? 6 : 0;
    }

    // The letters and three-letter words of short log formats: glog's I, W, E, F, Serilog's INF, zerolog's DBG.
    private static int FromShort(ReadOnlySpan<byte> lower)
    {
        if (lower.Length == 1)
            return lower[0] switch { (byte)'t' or (byte)'v' => 1, (byte)'d' => 2, (byte)'i' or (byte)'n' => 3, (byte)'w' => 4, (byte)'e' => 5, (byte)'f' or (byte)'c' => 6, _ => 0 };
        if (lower.SequenceEqual("trc"u8) || lower.SequenceEqual("vrb"u8))
            return 1;
        if (lower.SequenceEqual("dbg"u8))
            return 2;
        if (lower.SequenceEqual("inf"u8))
            return 3;
        if (lower.SequenceEqual("wrn"u8))
            return 4;
        if (lower.SequenceEqual("err"u8))
            return 5;
        return lower.SequenceEqual("ftl"u8) || lower.SequenceEqual("crt"u8) ? 6 : 0;
    }
}
