using BenchmarkDotNet.Running;

namespace Bongsu.Bench;

/// <summary>The hot paths one by one, by BenchmarkDotNet.</summary>
internal static class MicroBench
{
    public static int Run(string[] args)
    {
        BenchmarkSwitcher.FromAssembly(typeof(MicroBench).Assembly).Run(args);
        return 0;
    }
}
