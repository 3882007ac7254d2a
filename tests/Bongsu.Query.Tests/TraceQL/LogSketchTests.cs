using Bongsu.Query.TraceQL.Metrics;
using FsCheck;
using FsCheck.Fluent;

namespace Bongsu.Query.Tests.TraceQL;

public sealed class LogSketchTests
{
    [Fact]
    public void Quantiles_are_near_those_of_the_sorted_values() => Prop.ForAll(
        Gen.Choose(1, 1_000_000_000).NonEmptyListOf().Zip(Gen.Choose(0, 1000)).ToArbitrary(), input =>
        {
            var sketch = new LogSketch();
            foreach (var value in input.Item1)
                sketch.Add(value / 1e6, 1);
            var sorted = input.Item1.Select(v => v / 1e6).Order().ToList();
            var quantile = input.Item2 / 1000.0;
            var exact = sorted[Math.Max(0, (int)Math.Ceiling(quantile * sorted.Count - 1e-9) - 1)];
            return Math.Abs(sketch.Quantile(quantile) - exact) <= 0.0222 * exact;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));

    [Fact]
    public void Ends_are_exact_and_what_is_not_positive_has_its_place()
    {
        var sketch = new LogSketch();
        foreach (var value in new double[] { -4, 0, 3, 7.7 })
            sketch.Add(value, 1);
        Assert.Equal([-4, 0, 7.7], new[] { 0, .5, 1 }.Select(sketch.Quantile));
    }

    [Fact]
    public void Weights_count_as_so_many_values()
    {
        var sketch = new LogSketch();
        sketch.Add(1, 9);
        sketch.Add(1000, 1);
        Assert.Equal(1, sketch.Quantile(.9), 0.03);
        Assert.Equal(1000, sketch.Quantile(.95));
    }

    // 1 / probability, of a threshold of up to 56 bits; what cannot be read counts once.
    [Theory]
    [InlineData("ot=th:8", 2)]
    [InlineData("a=b, ot=rv:123;th:c", 4)]
    [InlineData("ot=th:0", 1)]
    [InlineData("ot=th:fffffffffffffff", 1)]
    [InlineData("ot=th:zz", 1)]
    [InlineData("other=th:8", 1)]
    [InlineData("", 1)]
    public void Weight_comes_from_the_trace_state(string state, double weight) => Assert.Equal(weight, SpanWeight.Of(state));
}
