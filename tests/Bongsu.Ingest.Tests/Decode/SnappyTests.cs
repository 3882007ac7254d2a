using Bongsu.Ingest.Decode;

namespace Bongsu.Ingest.Tests.Decode;

public sealed class SnappyTests
{
    [Fact]
    public void UnpacksWhatWasPacked() => Properties.Hold<byte[]>(data =>
    {
        byte[] input = [.. data, .. Enumerable.Repeat((byte)7, data.Length * 3), .. data];
        var output = new byte[input.Length];
        return Snappy.TryDecode(Snap.Pack(input), output, out _) && output.AsSpan().SequenceEqual(input);
    });

    [Fact]
    public void ArbitraryBytesNeverThrow() => Properties.Hold<byte[]>(data =>
    {
        if (Snappy.TryReadLength(data, out var length, out _) && length < 1 << 20)
            Snappy.TryDecode(data, new byte[length], out _);
        return true;
    }, 2000);

    [Fact]
    public void CopiesOfAnyOffsetAndLengthReadAsByteByByteAndStayWithinTheDestination() => Properties.Hold<int>(seed =>
    {
        var random = new Random(seed);
        var expected = new List<byte>();
        var ops = new List<byte>();
        for (var op = random.Next(1, 30); op > 0; op--)
        {
            if (expected.Count == 0 || random.Next(3) == 0)
            {
                var text = new byte[random.Next(1, 61)];
                random.NextBytes(text);
                ops.AddRange([(byte)((text.Length - 1) << 2), .. text]);
                expected.AddRange(text);
                continue;
            }
            var offset = random.Next(1, Math.Min(expected.Count, random.Next(2) == 0 ? 20 : 70_000) + 1);
            var length = random.Next(1, 65);
            if (offset < 2048 && length is >= 4 and <= 11)
                ops.AddRange([(byte)((offset >> 8) << 5 | (length - 4) << 2 | 1), (byte)offset]);
            else if (random.Next(2) == 0)
                ops.AddRange([(byte)((length - 1) << 2 | 2), (byte)offset, (byte)(offset >> 8)]);
            else
                ops.AddRange([(byte)((length - 1) << 2 | 3), (byte)offset, (byte)(offset >> 8), 0, 0]);
            for (var i = 0; i < length; i++)
                expected.Add(expected[^offset]);
        }
        var header = new byte[10];
        var block = (byte[])[.. header.AsSpan(0, Telemetry.Varint.Write(header, (ulong)expected.Count)), .. ops];
        var guarded = Enumerable.Repeat((byte)0xcd, expected.Count + 64).ToArray();
        return Snappy.TryDecode(block, guarded.AsSpan(32, expected.Count), out _)
            && guarded.AsSpan(32, expected.Count).SequenceEqual(expected.ToArray())
            && !guarded.AsSpan(0, 32).ContainsAnyExcept((byte)0xcd) && !guarded.AsSpan(32 + expected.Count).ContainsAnyExcept((byte)0xcd);
    }, 1000);

    [Fact]
    public void EveryCutIsAnError()
    {
        var packed = Snap.Pack("hello hello hello aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa and more text that is longer than sixty bytes"u8);
        Snappy.TryReadLength(packed, out var length, out _);
        for (var cut = 1; cut < packed.Length; cut++)
            Assert.False(Snappy.TryDecode(packed.AsSpan(0, cut), new byte[length], out _));
    }

    [Theory]
    [InlineData(new byte[] { 100, 0, (byte)'a', 0xfe, 0, 0 })] // offset 0
    [InlineData(new byte[] { 100, 0, (byte)'a', 0xfe, 0xff, 0xff })] // before the start
    [InlineData(new byte[] { 4, 0xfc, 0xff, 0xff, 0xff, 0xff, 1 })] // literal of 2^32 bytes
    public void HostileLengthsAreErrors(byte[] block)
    {
        Snappy.TryReadLength(block, out var length, out _);
        Assert.False(Snappy.TryDecode(block, new byte[length], out _));
    }
}
