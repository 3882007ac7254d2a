using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Bongsu.Bench;

/// <summary>The hot paths one by one, by BenchmarkDotNet: a short job in this process, which needs no build of its own.</summary>
internal static class MicroBench
{
    public static int Run(string[] args)
    {
        var config = DefaultConfig.Instance.AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
            .WithArtifactsPath(Path.Combine(AppContext.BaseDirectory, "results"));
        BenchmarkSwitcher.FromAssembly(typeof(MicroBench).Assembly).Run(args.Length == 0 ? ["--filter", "*"] : ["--filter", .. args], config);
        return 0;
    }
}
