using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Bongsu.Bench;

/// <summary>A program in a process of its own, with its CPU time and memory as Linux counts them.</summary>
internal sealed class MeasuredProcess(Process process) : IAsyncDisposable
{
    private const double TicksPerSecond = 100; // USER_HZ on every Linux that .NET runs on
    private const int Terminate = 15;

    /// <summary>User and system time so far.</summary>
    public double CpuSeconds
    {
        get
        {
            var stat = File.ReadAllText($"/proc/{process.Id}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return (double.Parse(fields[11], CultureInfo.InvariantCulture) + double.Parse(fields[12], CultureInfo.InvariantCulture)) / TicksPerSecond;
        }
    }

    public bool HasExited => process.HasExited;

    public double ResidentMegabytes => Status("VmRSS");

    public double PeakMegabytes => Status("VmHWM");

    /// <summary>Waits until the process does next to nothing: less than a twentieth of a core for three seconds on end.</summary>
    public async Task UntilQuietAsync(TimeSpan atLeast, TimeSpan atMost)
    {
        var clock = Stopwatch.StartNew();
        var quietSeconds = 0;
        var last = CpuSeconds;
        while (clock.Elapsed < atMost && (clock.Elapsed < atLeast || quietSeconds < 3))
        {
            await Task.Delay(1000);
            var now = CpuSeconds;
            quietSeconds = now - last < 0.05 ? quietSeconds + 1 : 0;
            last = now;
        }
    }

    /// <summary>Asks the program to end in its own way, so that what it holds in memory reaches its files.</summary>
    public async Task StopAsync()
    {
        _ = SendSignal(process.Id, Terminate);
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await process.WaitForExitAsync(patience.Token);
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private double Status(string key) => double.Parse(
        File.ReadLines($"/proc/{process.Id}/status").First(l => l.StartsWith(key + ":", StringComparison.Ordinal)).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture) * 1024 / 1e6;

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int SendSignal(int process, int signal);
}
