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
