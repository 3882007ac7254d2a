using BenchmarkDotNet.Attributes;
using Bongsu.Query.PromQL.Kernels;

namespace Bongsu.Bench;

/// <summary>Range functions over one series of six hours at 15 s, evaluated every minute. An operation is one window.</summary>
[MemoryDiagnoser]
public class RangeKernelBenchmark
{
    private const int Samples = 1440;
    private const int Windows = 361;
    private const long StartMs = 1_795_096_800_000;

    private static readonly WindowGrid FiveMinutes = new(StartMs, 60_000, Windows, 300_000);
    private static readonly WindowGrid Hour = new(StartMs, 60_000, Windows, 3_600_000);

    private readonly long[] _even = new long[Samples];
    private readonly long[] _uneven = new long[Samples];
    private readonly double[] _counter = new double[Samples];
    private readonly double[] _resets = new double[Samples];
    private readonly double[] _gauge = new double[Samples];
    private readonly double[] _into = new double[Windows];
    private readonly RangeKernel _rate = RangeKernel.Find("rate")!;
    private readonly RangeKernel _sum = RangeKernel.Find("sum_over_time")!;
    private readonly RangeKernel _max = RangeKernel.Find("max_over_time")!;

    public RangeKernelBenchmark()
    {
        var random = new Random(1);
        for (var i = 0; i < Samples; i++)
        {
            _even[i] = StartMs + i * 15_000L;
            _uneven[i] = _even[i] + random.Next(40);
            _counter[i] = (i == 0 ? 1_000_000 : _counter[i - 1]) + random.Next(50);
            _resets[i] = random.Next(100) == 0 || i == 0 ? 0 : _resets[i - 1] + random.Next(50);
            _gauge[i] = Math.Round(random.NextDouble() * 100, 2);
        }
    }

    [Benchmark(OperationsPerInvoke = Windows)]
    public long Rate() => _rate.Run(_even, _counter, SampleScan.IsMonotonic(_counter), FiveMinutes, _into);

    [Benchmark(OperationsPerInvoke = Windows)]
    public long RateAtUnevenPace() => _rate.Run(_uneven, _counter, SampleScan.IsMonotonic(_counter), FiveMinutes, _into);

    [Benchmark(OperationsPerInvoke = Windows)]
    public long RateWithResets() => _rate.Run(_even, _resets, SampleScan.IsMonotonic(_resets), Hour, _into);

    [Benchmark(OperationsPerInvoke = Windows)]
    public long SumOverHour() => _sum.Run(_even, _gauge, false, Hour, _into);

    [Benchmark(OperationsPerInvoke = Windows)]
    public long MaxOverHour() => _max.Run(_even, _gauge, false, Hour, _into);

    [Benchmark(OperationsPerInvoke = Windows)]
    public double Instant()
    {
        InstantKernel.Run(_even, _gauge, FiveMinutes, _into);
        return _into[^1];
    }
}
