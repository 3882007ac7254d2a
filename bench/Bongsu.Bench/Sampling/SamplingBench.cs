using System.Diagnostics;
using System.Globalization;
using Bongsu.Ingest;
using Bongsu.Ingest.Pipeline.Sampling;
using Bongsu.Ingest.Pipeline.Sampling.Policies;
using Bongsu.Storage;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bongsu.Bench.Sampling;

/// <summary>
/// Tail sampling at a rate, in real time: pipeline, sampler and a store with fsync in one process, without decoding. Prints the sampler's memory as it goes, looks at
/// the end whether each trace became what it had to, and says what the same load takes when everything is kept.
/// </summary>
internal static class SamplingBench
{
    private const int KeptPercentage = 5;
    private const long MemoryBytes = 64L << 20;
    private const int WarmUpSeconds = 12;

    public static async Task<int> RunAsync(string[] args)
    {
        var (rate, seconds, budget) = (Option(args, "--rate", 20_000), Option(args, "--seconds", 60), Option(args, "--memory-mib", (int)(MemoryBytes >> 20)));
        // What is compiled on the way is compiled before.
        await MeasureAsync(rate, WarmUpSeconds, Plan((long)budget << 20), isTold: false);
        Console.WriteLine($"{rate} spans/s for {seconds} s, decision wait 30 s, grace 5 s, budget {budget} MiB");
        var sampled = await MeasureAsync(rate, seconds, Plan((long)budget << 20), isTold: true);
        Console.WriteLine("the same, everything kept:");
        var all = await MeasureAsync(rate, seconds, new SamplingPlan(), isTold: false);
        Console.WriteLine($"{"",-12}{"CPU-s per million spans",26}{"disk MB",12}{"peak RSS MB",14}");
        foreach (var (name, run) in new[] { ("sampled", sampled), ("kept", all) })
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-12}{run.CpuSeconds / run.Spans * 1e6,26:f2}{run.DiskBytes / 1e6,12:f1}{run.PeakBytes / 1e6,14:f0}"));
        return sampled.Wrong == 0 ? 0 : 1;
    }

    private static SamplingPlan Plan(long memoryBytes) => new()
    {
        MemoryBytes = memoryBytes,
        Tail = new TailPlan
        {
            Policies =
            [
                new DropPolicy("probes", [new ConditionPolicy("route", "string_attribute", new PatternCondition("http.route", ["^/(healthz|livez|readyz)$"]))]),
                new ConditionPolicy("vips", "string_attribute", new StringCondition("customer", ["vip"])),
                new ProbabilisticPolicy("baseline", "", KeptPercentage),
            ],
        },
    };

    private static async Task<SamplingFigures> MeasureAsync(int rate, int seconds, SamplingPlan plan, bool isTold)
    {
        var directory = Directory.CreateTempSubdirectory("bongsu-sampling-").FullName;
        var store = await DiskStore.OpenAsync(new DiskStoreOptions { Directory = directory }, TimeProvider.System, null, default);
        try
        {
            var ingest = new IngestService(store, new IngestOptions { Sampling = plan }, TimeProvider.System, NullLogger<IngestService>.Instance);
            var load = new TraceLoad(rate);
            var cpuBefore = Process.GetCurrentProcess().TotalProcessorTime;
            var peak = await SendAsync(ingest, load, seconds, isTold);
            var cpu = (Process.GetCurrentProcess().TotalProcessorTime - cpuBefore).TotalSeconds;
            var wrong = !isTold ? 0 : await CheckAsync(store, ingest, load);
            return new SamplingFigures(load.Spans, cpu, store.Status.DiskBytes, peak, wrong);
        }
        finally
        {
            await store.DisposeAsync();
            Directory.Delete(directory, recursive: true);
        }
    }

    // The load, and then as long as the last undecided trace waits and its segment with it.
    private static async Task<long> SendAsync(IngestService ingest, TraceLoad load, int seconds, bool isTold)
    {
        var batch = new SpanBatch();
        var clock = Stopwatch.StartNew();
        var (peak, behind) = (0L, TimeSpan.Zero);
        if (isTold)
            Console.WriteLine($"{"second",8}{"spans",12}{"undecided",12}{"remembered",12}{"sampler MiB",13}{"RSS MB",9}");
        var ticks = seconds * TraceLoad.TicksPerSecond;
        var rest = (isTold || seconds > WarmUpSeconds ? 75 : 10) * TraceLoad.TicksPerSecond;
        for (var tick = 0; tick < ticks + rest; tick++)
        {
            var due = TimeSpan.FromSeconds((double)tick / TraceLoad.TicksPerSecond);
            if (due > clock.Elapsed)
                await Task.Delay(due - clock.Elapsed);
            behind = clock.Elapsed - due > behind ? clock.Elapsed - due : behind;
            load.Next(batch, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1_000_000, startsTraces: tick < ticks);
            if (batch.Count > 0)
                await ingest.IngestAsync(batch, default);
            if (tick % TraceLoad.TicksPerSecond == 0)
                await ingest.Sampler.DecideAsync(default);
            if (tick % (10 * TraceLoad.TicksPerSecond) == 0)
                peak = Math.Max(peak, Tell(ingest, load, tick / TraceLoad.TicksPerSecond, isTold));
        }
        if (isTold)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"behind the clock at most: {behind.TotalSeconds:f1} s"));
        return peak;
    }

    private static long Tell(IngestService ingest, TraceLoad load, int second, bool isTold)
    {
        var rss = Process.GetCurrentProcess().WorkingSet64;
        if (!isTold)
            return rss;
        var report = ingest.Sampler.Report();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{second,8}{load.Spans,12}{report.UndecidedTraces,12}{report.RememberedDecisions,12}{report.MemoryBytes / 1048576.0,13:f1}{rss / 1e6,9:f0}"));
        return rss;
    }

    /// <summary>How many traces are not what they had to become: kept whole, or gone whole.</summary>
    private static async Task<long> CheckAsync(DiskStore store, IngestService ingest, TraceLoad load)
    {
        var found = new Dictionary<TraceId, int>();
        await foreach (var batch in store.Spans.SelectAsync(new SpanSelect(long.MinValue, long.MaxValue), new List<string>(), default))
        {
            foreach (ref readonly var span in batch.Spans.Span)
                found[span.TraceId] = found.GetValueOrDefault(span.TraceId) + 1;
        }
        var (kept, wrong) = (0L, 0L);
        for (var trace = 0L; trace < load.Traces; trace++)
        {
            var expected = IsKept(trace) ? TraceLoad.SpansOf(trace) : 0;
            kept += expected > 0 ? 1 : 0;
            wrong += found.GetValueOrDefault(TraceLoad.IdOf(trace)) == expected ? 0 : 1;
        }
        var report = ingest.Sampler.Report();
        Console.WriteLine($"traces {load.Traces}, to be kept {kept}, decided wrongly or in part: {wrong}");
        foreach (var policy in report.Policies.Where(p => p.KeptTraces + p.DroppedTraces > 0))
            Console.WriteLine($"  {policy.Name,-16} kept {policy.KeptTraces,9} dropped {policy.DroppedTraces,9} late spans kept {policy.LateKeptSpans,7} dropped {policy.LateDroppedSpans,7}");
        foreach (var (reason, count) in report.Decisions.Where(d => d.Value > 0))
            Console.WriteLine($"  {reason,-16} {count,9}");
        return wrong;
    }

    // The share by the published FNV-1a, written here once more: the sampler is not asked what it should do.
    private static bool IsKept(long trace)
    {
        if (TraceLoad.FateOf(trace) is var fate and not TraceFate.Ordinary)
            return fate != TraceFate.Probe;
        Span<byte> id = stackalloc byte[TraceId.Size];
        TraceLoad.IdOf(trace).CopyTo(id);
        var hash = 14695981039346656037UL;
        foreach (var b in "default-hash-seed"u8)
            hash = (hash ^ b) * 1099511628211UL;
        foreach (var b in id)
            hash = (hash ^ b) * 1099511628211UL;
        return hash <= ulong.MaxValue / 100 * KeptPercentage;
    }

    private static int Option(string[] args, string name, int otherwise) =>
        Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : otherwise;
}
