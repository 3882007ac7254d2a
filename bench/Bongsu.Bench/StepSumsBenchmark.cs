using BenchmarkDotNet.Attributes;
using Bongsu.Query.PromQL.Kernels;

namespace Bongsu.Bench;

/// <summary>A column of steps folded into its group. An operation is one step.</summary>
[MemoryDiagnoser]
public class StepSumsBenchmark
{
    private const int Steps = 361;

    private readonly double[] _column = new double[Steps];
    private readonly StepSums _sums = new(Steps);
    private readonly StepExtremes _extremes = new(Steps, least: false);
    private readonly long[] _counts = new long[Steps];

    public StepSumsBenchmark()
    {
        var random = new Random(1);
        for (var i = 0; i < Steps; i++)
            _column[i] = random.NextDouble() * 100;
    }

    [Benchmark(OperationsPerInvoke = Steps)]
    public void Sum() => _sums.Add(_column);

    [Benchmark(OperationsPerInvoke = Steps)]
    public void Max() => _extremes.Add(_column);

    [Benchmark(OperationsPerInvoke = Steps)]
    public void Count() => StepCounts.Add(_column, _counts);
}
