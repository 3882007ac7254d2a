using Bongsu.Query.PromQL.Evaluation;

namespace Bongsu.Query.Tests.PromQL.Kernels;

public sealed class WorkShareTests
{
    [Theory]
    [InlineData(0, 4)]
    [InlineData(1, 4)]
    [InlineData(100, 1)]
    [InlineData(100, 7)]
    public void Each_piece_is_done_once_by_a_worker_that_does_nothing_else_meanwhile(int pieces, int workers)
    {
        var done = new int[pieces];
        var busy = new int[workers];
        WorkShare.Run(pieces, workers, (worker, piece) =>
        {
            Assert.Equal(1, Interlocked.Increment(ref busy[worker]));
            Interlocked.Increment(ref done[piece]);
            Interlocked.Decrement(ref busy[worker]);
        });
        Assert.All(done, times => Assert.Equal(1, times));
    }

    [Fact]
    public void What_a_piece_throws_ends_the_rest_and_is_thrown()
    {
        var done = 0;
        var failure = Assert.Throws<InvalidOperationException>(() => WorkShare.Run(10_000, 3, (_, piece) =>
        {
            if (piece == 0)
                throw new InvalidOperationException("first");
            Thread.Yield();
            Interlocked.Increment(ref done);
        }));
        Assert.Equal("first", failure.Message);
        Assert.True(done < 10_000);
    }
}
