using Bongsu.Ingest;
using Bongsu.Ingest.Pipeline.Budgets;
using Bongsu.Storage;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Server.Api.Operations;

/// <summary>What is stored, by kind and service, how it grows and what that comes to. Pure.</summary>
internal sealed record StorageReport(
    long AsOfMs, long Bytes, long WalBytes, long JournalBytes, long OtherBytes, long? LimitBytes, long FreeBytes, double? BytesPerDay,
    IReadOnlyList<StorageReport.SignalRow> Signals, IReadOnlyList<StorageReport.ServiceRow> Services, StorageForecast Forecast)
{
    private const long DayMs = 86_400_000;

    /// <summary>What growth is taken from at most.</summary>
    public const int WindowDays = 7;

    // Of fewer hours a rate for each day would be a guess.
    private const double LeastVolumeDays = 1.0 / 24;

    private const int MaxServices = 200;

    public sealed record RuleRow(string Match, long? KeepMs);

    public sealed record DayRow(long DayMs, long Bytes);

    public sealed record SignalRow(string Kind, long Bytes, long WalBytes, int Files, long? OldestMs, long? NewestMs, long? KeepMs, IReadOnlyList<RuleRow> Rules, double? BytesPerDay, IReadOnlyList<DayRow> Days);

    public sealed record ServiceRow(string Service, string Signal, long Bytes, double Share, string Basis, double? IngestedBytesPerDay);

    /// <param name="Volumes">What services sent within the window.</param>
    /// <param name="VolumesSinceMs">Since when that is counted; null: it is not.</param>
    /// <param name="Series">Active series by service.</param>
    public sealed record Shares(IReadOnlyList<IngestedVolume> Volumes, long? VolumesSinceMs, IReadOnlyList<ServiceBudget> Series);

    public static StorageReport Of(StoreUse use, Shares shares, long nowMs)
    {
        var signals = use.Kinds.Select(kind => Row(kind, nowMs)).ToList();
        var services = ServicesOf(use, shares, nowMs);
        var (sealedBytes, wal) = (signals.Sum(s => s.Bytes), signals.Sum(s => s.WalBytes));
        var total = sealedBytes + wal + use.JournalBytes + use.OtherBytes;
        var growth = use.Kinds.SelectMany((kind, i) => Growth(kind, signals[i], services, nowMs)).ToList();
        var history = use.Kinds.Select(kind => Window(kind, nowMs) is var (from, to) ? (to - from) / (double)DayMs : 0).Max();
        var forecast = StorageForecast.Of(new StorageForecast.Inputs(use.LimitBytes, use.FreeBytes, total, sealedBytes + wal, history), growth, nowMs);
        var perDay = signals.Any(s => s.BytesPerDay is not null) ? signals.Sum(s => s.BytesPerDay ?? 0) : (double?)null;
        return new StorageReport(nowMs, total, wal, use.JournalBytes, use.OtherBytes, use.LimitBytes > 0 ? use.LimitBytes : null, use.FreeBytes, perDay, signals, services, forecast);
    }

    private static SignalRow Row(StoredKind kind, long nowMs)
    {
        double? perDay = Window(kind, nowMs) is var (from, to) && to - from >= DayMs ? kind.Files.Sum(f => Within(f, from, to)) * DayMs / (to - from) : null;
        return new SignalRow(kind.Name, kind.Bytes, kind.WalBytes, kind.Files.Count, kind.OldestMs, kind.NewestMs, KeepMs(kind.Keep),
            [.. kind.Rules.Select(r => new RuleRow($"{{{string.Join(", ", r.Matchers)}}}", KeepMs(r.Retention)))], perDay, Days(kind, nowMs));
    }

    /// <summary>The time of sealed data that growth is taken from; null: there are none of the last days.</summary>
    private static (long FromMs, long ToMs)? Window(StoredKind kind, long nowMs)
    {
        if (kind.Files.Count == 0)
            return null;
        // What is not sealed yet is in no file: the newest sealed is where the growth is known to.
        var to = Math.Min(nowMs, kind.Files.Max(f => f.ToMs));
        var from = Math.Max(kind.Files.Min(f => f.FromMs), to - WindowDays * DayMs);
        return from < to && to > nowMs - WindowDays * DayMs ? (from, to) : null;
    }

    // A file that reaches over the edge is counted by its share of time.
    private static double Within(StoredFile file, long fromMs, long toMs)
    {
        var (from, to) = (Math.Max(file.FromMs, fromMs), Math.Min(file.ToMs, toMs));
        if (to < from || (to == from && file.ToMs > file.FromMs))
            return 0;
        return file.Bytes * ((to - from + 1d) / (file.ToMs - file.FromMs + 1d));
    }

    private static List<DayRow> Days(StoredKind kind, long nowMs)
    {
        var days = new List<DayRow>();
        var today = nowMs - nowMs % DayMs;
        for (var day = today - (WindowDays - 1) * DayMs; day <= today; day += DayMs)
        {
            if (kind.Files.Sum(f => Within(f, day, day + DayMs - 1)) is > 0 and var bytes)
                days.Add(new DayRow(day, (long)bytes));
        }
        return days;
    }

    private static List<ServiceRow> ServicesOf(StoreUse use, Shares shares, long nowMs)
    {
        var rows = new List<ServiceRow>();
        var days = shares.VolumesSinceMs is { } since ? (nowMs - since) / (double)DayMs : 0;
        foreach (var (signal, kind) in ((Signal, string)[])[(Signal.Logs, "logs"), (Signal.Traces, "traces")])
        {
            var volumes = shares.Volumes.Where(v => v.Signal == signal).ToList();
            var (all, bytes) = (volumes.Sum(v => (double)v.Bytes), use.Kinds.Single(k => k.Name == kind).Bytes);
            rows.AddRange(volumes.Where(v => v.Bytes > 0).Select(v =>
                new ServiceRow(v.Service, kind, (long)(bytes * (v.Bytes / all)), v.Bytes / all, "ingestedBytes", days >= LeastVolumeDays ? v.Bytes / days : null)));
        }
        var series = shares.Series.Sum(s => (double)s.Active);
        var metricBytes = use.Kinds.Where(k => k.Name is "metrics" or "rollups5m" or "rollups1h").Sum(k => k.Bytes);
        rows.AddRange(shares.Series.Where(s => s.Active > 0).Select(s => new ServiceRow(s.Service, "metrics", (long)(metricBytes * (s.Active / series)), s.Active / series, "activeSeries", null)));
        return [.. rows.OrderByDescending(r => r.Bytes).ThenByDescending(r => r.Share).ThenBy(r => r.Service, StringComparer.Ordinal).Take(MaxServices)];
    }

    /// <summary>How a kind grows; where services are kept for different times, each by its share of what comes.</summary>
    private static IEnumerable<StorageGrowth> Growth(StoredKind kind, SignalRow row, IReadOnlyList<ServiceRow> services, long nowMs)
    {
        if (row.BytesPerDay is not { } perDay || kind.Files.Count == 0)
            return [];
        var age = (nowMs - kind.Files.Min(f => f.FromMs)) / (double)DayMs;
        var own = services.Where(s => s.Signal == kind.Name).ToList();
        if (kind.Rules.Count == 0 || own.Count == 0 || kind.Name == "metrics")
            return [new StorageGrowth(perDay, DaysToGrow(kind.Keep, age))];
        return own.Select(s => new StorageGrowth(perDay * s.Share, DaysToGrow(KeepOf(kind, s.Service), age)));
    }

    private static TimeSpan KeepOf(StoredKind kind, string service)
    {
        var labels = LabelSet.Of(("service_name", service));
        return kind.Rules.FirstOrDefault(r => LabelMatcher.MatchesAll(r.Matchers, labels))?.Retention ?? kind.Keep;
    }

    private static double DaysToGrow(TimeSpan keep, double ageDays) => keep == TimeSpan.Zero ? double.PositiveInfinity : Math.Max(0, keep.TotalDays - ageDays);

    private static long? KeepMs(TimeSpan keep) => keep == TimeSpan.Zero ? null : (long)keep.TotalMilliseconds;
}
