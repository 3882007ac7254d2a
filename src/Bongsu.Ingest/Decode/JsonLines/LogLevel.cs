using System.Buffers.Text;
using Bongsu.Ingest.Decode.Otlp;

namespace Bongsu.Ingest.Decode.JsonLines;

/// <summary>Levels as loggers write them, as OTLP's severity numbers; 0 where one says nothing.</summary>
internal static class LogLevel
{
    /// <summary>OTLP's numbers of syslog's eight severities, from emergency to debug.</summary>
    private static ReadOnlySpan<byte> Syslog => [24, 22, 21, 17, 13, 10, 9, 5];

    public static byte OfText(ReadOnlySpan<byte> text)
    {
        if (Utf8Parser.TryParse(text, out int number, out var used) && used == text.Length)
            return OfNumber(number);
        return First(Severity.Level(0, text));
    }

    /// <summary>The tens of pino and bunyan (30 is info), or below them syslog's (3 is error), as journald and GELF send them.</summary>
    public static byte OfNumber(long number) => number switch
    {
        >= 0 and <= 7 => Syslog[(int)number],
        >= 10 and < 70 => First((int)number / 10),
        _ => 0,
    };

    /// <summary>Python's: 10 debug, 20 info, 30 warning, 40 error, 50 critical.</summary>
    public static byte OfPython(long number) => number is >= 10 and < 60 ? First((int)number / 10 + 1) : (byte)0;

    // The first of OTLP's four numbers of each level.
    private static byte First(int level) => level == 0 ? (byte)0 : (byte)(level * 4 - 3);
}
