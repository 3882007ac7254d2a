namespace Bongsu.Ingest.Pipeline.Lint;

/// <summary>Whether a name carries an id: a number as a part of a path, a long number, or hex digits such as those of a UUID. Pure.</summary>
internal static class IdText
{
    private const int LongNumber = 4;
    private const int LongHex = 8;

    // Hot path: 0 B/op (see LintBenchmark, StageAllocationTests)
    public static bool IsIn(ReadOnlySpan<byte> name)
    {
        var at = 0;
        while (at < name.Length)
        {
            var start = at;
            var (digits, hex) = (0, 0);
            while (at < name.Length && IsAlphanumeric(name[at]))
            {
                digits += IsDigit(name[at]) ? 1 : 0;
                hex += IsHex(name[at]) ? 1 : 0;
                at++;
            }
            if (digits > 0 && IsId(name, start, at, digits, hex))
                return true;
            at++;
        }
        return false;
    }

    private static bool IsId(ReadOnlySpan<byte> name, int start, int end, int digits, int hex)
    {
        var length = end - start;
        if (digits == length)
        {
            var isPart = start > 0 && name[start - 1] == '/' && (end == name.Length || name[end] is (byte)'/' or (byte)'?');
            // A port is no id.
            return isPart || (length >= LongNumber && !(start > 0 && name[start - 1] == ':'));
        }
        return hex == length && length >= LongHex && digits >= 2;
    }

    private static bool IsDigit(byte b) => (uint)(b - '0') <= 9;

    private static bool IsHex(byte b) => IsDigit(b) || (uint)((b | 0x20) - 'a') <= 'f' - 'a';

    private static bool IsAlphanumeric(byte b) => IsDigit(b) || (uint)((b | 0x20) - 'a') <= 'z' - 'a';
}
