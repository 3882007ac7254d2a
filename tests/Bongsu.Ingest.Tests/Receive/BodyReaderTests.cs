using System.IO.Compression;
using Bongsu.Ingest.Receive;

namespace Bongsu.Ingest.Tests.Receive;

public sealed class BodyReaderTests
{
    private const long LargeShare = (1L << 30) - (1L << 27);

    private readonly InflightBytes _budget;
    private readonly BodyReader _bodies;

    public BodyReaderTests()
    {
        _budget = new InflightBytes(1L << 30, new IngestCounters());
        _bodies = new BodyReader(new IngestLimits(), _budget);
    }

    [Fact]
    public void A_bomb_is_refused_by_its_trailer_before_it_costs_anything()
    {
        var bomb = Gzip(new byte[200 << 20]);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var (body, failure) = _bodies.Gunzip(Packed(bomb));
        Assert.Null(body);
        Assert.Equal(413, failure!.Status);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
    }

    [Fact]
    public void A_bomb_that_lies_about_its_length_costs_what_it_claims()
    {
        var bomb = Gzip(new byte[200 << 20]);
        BitConverter.TryWriteBytes(bomb.AsSpan(bomb.Length - 4), 1000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var (body, failure) = _bodies.Gunzip(Packed(bomb));
        Assert.Null(body);
        Assert.Equal(400, failure!.Status);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
    }

    [Fact]
    public void Large_bodies_one_after_the_other_share_one_array_whatever_thread_they_are_on()
    {
        var large = new byte[60 << 20];
        Random.Shared.NextBytes(large.AsSpan(0, 1000));
        var packed = Gzip(large);
        var allocated = 0L;
        for (var i = 0; i < 8; i++)
        {
            var thread = new Thread(() =>
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                using var body = _bodies.Gunzip(Packed(packed)).Body!;
                Assert.True(body.Span.SequenceEqual(large));
                allocated += GC.GetAllocatedBytesForCurrentThread() - before;
            });
            thread.Start();
            thread.Join();
        }
        // The collector may take the array in between once or twice.
        Assert.InRange(allocated, 0, 4L * large.Length);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5_000_000)]
    public void What_was_packed_comes_out(int length)
    {
        var bytes = new byte[length];
        new Random(1).NextBytes(bytes);
        using var body = _bodies.Gunzip(Packed(Gzip(bytes))).Body!;
        Assert.True(body.Span.SequenceEqual(bytes));
    }

    [Fact]
    public void Any_bytes_are_refused_without_an_exception_and_leave_the_budget_as_it_was() => Properties.Hold<byte[]>(bytes =>
    {
        var good = Gzip([1, .. bytes]);
        foreach (var bad in (byte[][])[bytes, [.. good.AsSpan(0, good.Length / 2), .. bytes], [.. good, .. good], good[..^4]])
            _bodies.Gunzip(Packed(bad)).Body?.Dispose();
        return _budget.TryTake(LargeShare) && Returned();
    }, 300);

    [Fact]
    public void Large_bodies_leave_room_to_small_ones()
    {
        Assert.True(_budget.TryTake(LargeShare));
        Assert.False(_budget.TryTake(1 << 20));
        for (var i = 0; i < 1_000; i++)
            Assert.True(_budget.TryTake(64 << 10));
        _budget.Return(LargeShare + 1_000 * (64 << 10));
        Assert.True(_budget.TryTake(LargeShare));
    }

    private bool Returned()
    {
        _budget.Return(LargeShare);
        return true;
    }

    private PooledBuffer Packed(byte[] bytes)
    {
        var packed = new PooledBuffer(_budget);
        Assert.True(packed.TryReserve(bytes.Length + 1));
        bytes.CopyTo(packed.Room);
        packed.Commit(bytes.Length);
        return packed;
    }

    private static byte[] Gzip(byte[] bytes)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(bytes);
        return packed.ToArray();
    }
}
