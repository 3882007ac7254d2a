namespace Bongsu.Ingest.Pipeline.Lint;

/// <summary>Whether a record is a line out of a stack trace, of Java, .NET, JavaScript, Python, Go or Ruby. Pure.</summary>
internal static class StackLine
{
    public static bool Is(ReadOnlySpan<byte> body)
    {
        var line = body.TrimEnd("\r\n "u8);
        if (line.IndexOf((byte)'\n') >= 0)
            return false;
        var text = line.TrimStart(" \t"u8);
        var isIndented = text.Length < line.Length;
        if (isIndented && (text.StartsWith("at "u8) || text.StartsWith("File \""u8) || text.StartsWith("from "u8) || (text.StartsWith("... "u8) && text.EndsWith(" more"u8))))
            return true;
        return text.StartsWith("Caused by: "u8) || text.StartsWith("Traceback (most recent call last)"u8) || text.StartsWith("--- End of "u8) || text.StartsWith("goroutine "u8) && text.EndsWith("]:"u8);
    }
}
