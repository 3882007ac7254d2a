using Bongsu.Query.PromQL.Evaluation;

namespace Bongsu.Query.Tests.PromQL;

public sealed class StepColumnPoolTests
{
    private const int MaxBytes = 16 << 20;

    private readonly StepColumnPool _pool = new();

    [Fact]
    public void Columns_come_back_by_their_length()
    {
        var column = new double[361];
        _pool.Give(column);
        Assert.Null(_pool.Take(360));
        Assert.Same(column, _pool.Take(361));
        Assert.Null(_pool.Take(361));
        Assert.Equal(0, _pool.FreeBytes);
    }

    [Fact]
    public void No_more_lies_here_than_the_bound()
    {
        for (var i = 0; i < 400; i++)
            _pool.Give(new double[10_000]);
        Assert.InRange(_pool.FreeBytes, MaxBytes - 90_000, MaxBytes);
    }

    [Fact]
    public void A_length_that_nobody_asks_for_makes_room()
    {
        for (var i = 0; i < 400; i++)
            _pool.Give(new double[10_000]);
        for (var i = 0; i < 100; i++)
            _pool.Give(new double[361]);
        for (var i = 0; i < 100; i++)
            Assert.NotNull(_pool.Take(361));
        Assert.Null(_pool.Take(10_000));
        Assert.Equal(0, _pool.FreeBytes);
    }

    [Fact]
    public void A_very_long_column_is_not_kept()
    {
        _pool.Give(new double[MaxBytes / 64]);
        Assert.Equal(0, _pool.FreeBytes);
    }
}
