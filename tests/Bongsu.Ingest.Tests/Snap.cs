namespace Bongsu.Ingest.Tests;

/// <summary>Packs Snappy blocks for tests: literals, and copies where the last bytes repeat.</summary>
internal static class Snap
{
    public static byte[] Pack(ReadOnlySpan<byte> data)
    {
        var output = new MemoryStream();
        Varint(output, (ulong)data.Length);
        var at = 0;
        while (at < data.Length)
        {
            var run = at == 0 ? 0 : Run(data, at);
            if (run >= 4)
            {
                // A two-byte copy with offset 1 and up to 64 bytes.
                output.WriteByte((byte)((run - 1) << 2 | 2));
                output.WriteByte(1);
                output.WriteByte(0);
                at += run;
                continue;
            }
            var length = Math.Min(60, data.Length - at);
            output.WriteByte((byte)((length - 1) << 2));
            output.Write(data.Slice(at, length));
            at += length;
        }
        return output.ToArray();
    }

    private static int Run(ReadOnlySpan<byte> data, int at)
    {
        var run = 0;
        while (run < 64 && at + run < data.Length && data[at + run] == data[at - 1])
            run++;
        return run;
    }

    private static void Varint(Stream output, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            output.WriteByte((byte)(value | 0x80));
        output.WriteByte((byte)value);
    }
}
