using Bongsu.Bench;

return args switch
{
    ["server", .. var rest] => await ServerBench.RunAsync(rest),
    ["micro", .. var rest] => MicroBench.Run(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: server [--seconds N]   a whole server under load: throughput, CPU, memory, start\n       micro [filter …]       BenchmarkDotNet over the hot paths");
    return 2;
}
