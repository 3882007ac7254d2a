using System.Runtime.InteropServices;

namespace Shop.Traffic;

/// <summary>
/// Visits the shop at a steady rate, whether or not it answers: visitors do not slow down because a shop does. What runs at once is bounded.
/// It is outside the shop, so it leaves no telemetry of its own.
/// </summary>
internal static class TrafficCommand
{
    public static async Task<int> RunAsync(string[] args)
    {
        var problems = new List<string>();
        if (TrafficOptions.Parse(args, Environment.GetEnvironmentVariable("SHOP_GATEWAY_URL"), problems) is not { } options)
        {
            foreach (var problem in problems)
                await Console.Error.WriteLineAsync("shop traffic: " + problem);
            return 2;
        }
        using var stop = new CancellationTokenSource();
        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Stop(signal, stop));
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => Stop(signal, stop));
        if (options.Duration is { } duration)
            stop.CancelAfter(duration);
        using var load = new TrafficLoad(options, TimeProvider.System);
        await load.RunAsync(stop.Token);
        Console.WriteLine($"visits {load.Sent}, failed {load.Failed}, skipped {load.Skipped}");
        return 0;
    }

    private static void Stop(PosixSignalContext signal, CancellationTokenSource stop)
    {
        signal.Cancel = true;
        stop.Cancel();
    }
}
