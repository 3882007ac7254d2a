using Bongsu.Bench;
using Bongsu.Bench.Events;
using Bongsu.Bench.Sampling;
using Bongsu.Bench.SideBySide;

return args switch
{
    ["server", .. var rest] => await ServerBench.RunAsync(rest),
    ["restart", .. var rest] => await RestartBench.RunAsync(rest),
    ["sampling", .. var rest] => await SamplingBench.RunAsync(rest),
    ["metrics-side-by-side", .. var rest] => await SideBySideBench.RunAsync(rest),
    ["events-side-by-side", .. var rest] => await EventsBench.RunAsync(rest),
    ["micro", .. var rest] => MicroBench.Run(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        usage: server [--seconds N]     a whole server under load: throughput, CPU, memory, start
               restart [--instances N]  a start after a crash, with two hours of samples in the log
               sampling                 tail sampling at a rate: memory, right decisions, CPU, disk
               metrics-side-by-side     our server beside Prometheus and VictoriaMetrics
               events-side-by-side      logs and spans: ingest, disk, memory, queries
               micro [filter …]         BenchmarkDotNet over the hot paths
        """);
    return 2;
}
