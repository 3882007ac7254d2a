using Bongsu.Ingest;
using Bongsu.Ingest.Pipeline.Budgets;
using Bongsu.Server.Api.Operations;
using Bongsu.Storage;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Server.Tests.Api.Operations;

public sealed class StorageReportTests
{
    private const long DayMs = 86_400_000;
    private const long HourMs = 3_600_000;
    private const long GiB = 1L << 30;

    // Noon of a day.
    private const long NowMs = 20_000 * DayMs + DayMs / 2;

    [Fact]
    public void Growth_is_what_the_last_days_hold_on_disk()
    {
        // 100 bytes an hour for ten days, in files of six hours.
        var report = Report([Logs(Files(240, 6, 600))]);
        var logs = report.Signals.Single(s => s.Kind == "logs");
        Assert.Equal((24_000, 40, NowMs - 240 * HourMs, NowMs - 1), (logs.Bytes, logs.Files, logs.OldestMs, logs.NewestMs));
        Assert.InRange(logs.BytesPerDay!.Value, 2399, 2401);
        Assert.Equal(7, logs.Days.Count);
        Assert.Equal(NowMs - DayMs / 2 - 6 * DayMs, logs.Days[0].DayMs);
        Assert.All(logs.Days.Take(6), day => Assert.InRange(day.Bytes, 2399, 2400));
        Assert.InRange(logs.Days[6].Bytes, 1199, 1200);
    }

    [Fact]
    public void A_limit_that_retention_stays_below_is_never_reached()
    {
        var report = Report([Logs(Files(48, 6, GiB), keepDays: 7)], limitBytes: 100 * GiB);
        Assert.Equal(("never", "diskLimit", 100 * GiB), (report.Forecast.State, report.Forecast.LimitedBy, report.Forecast.LimitBytes));
        // Four files a day for seven days.
        Assert.InRange(report.Forecast.SteadyBytes!.Value, 27.9 * GiB, 28.1 * GiB);
        Assert.Null(report.Forecast.AtMs);
    }

    [Fact]
    public void A_limit_that_is_reached_has_a_day()
    {
        var report = Report([Logs(Files(48, 6, GiB), keepDays: 30)], limitBytes: 28 * GiB);
        Assert.Equal("reached", report.Forecast.State);
        // Eight are there, four come each day: twenty more in five days.
        Assert.InRange((report.Forecast.AtMs!.Value - NowMs) / (double)DayMs, 4.9, 5.1);
        Assert.Contains("in 5 days", report.Forecast.Sentence);
        Assert.Contains("the oldest data go first", report.Forecast.Sentence);
    }

    [Fact]
    public void What_grows_for_some_days_only_counts_for_them()
    {
        // Logs: 4 GiB a day, three days more; spans: 1 GiB a day for ever.
        var spans = Kind("traces", Files(48, 24, GiB), keepDays: 0);
        var report = Report([Logs(Files(96, 6, GiB), keepDays: 7), spans], limitBytes: 100 * GiB);
        Assert.Equal("reached", report.Forecast.State);
        // 18 are there; 12 more of logs within three days; the rest, 70, at one a day.
        Assert.InRange((report.Forecast.AtMs!.Value - NowMs) / (double)DayMs, 69, 71);
        Assert.Null(report.Forecast.SteadyBytes);
    }

    [Fact]
    public void Without_a_limit_the_disk_is_one()
    {
        var report = Report([Logs(Files(48, 6, GiB), keepDays: 0)], freeBytes: 40 * GiB);
        Assert.Equal(("reached", "freeSpace", 48 * GiB), (report.Forecast.State, report.Forecast.LimitedBy, report.Forecast.LimitBytes));
        Assert.InRange((report.Forecast.AtMs!.Value - NowMs) / (double)DayMs, 9.9, 10.1);
        Assert.Contains("refused", report.Forecast.Sentence);
        Assert.Null(report.LimitBytes);
    }

    [Fact]
    public void Little_history_is_said_to_be_little()
    {
        var report = Report([Logs(Files(20, 2, 1000))]);
        Assert.Equal(("tooLittleHistory", null, null), (report.Forecast.State, report.Forecast.AtMs, report.BytesPerDay));
        Assert.Contains("20 h of history", report.Forecast.Sentence);
        report = Report([]);
        Assert.Equal(("tooLittleHistory", 0L, 0d), (report.Forecast.State, report.Bytes, report.Forecast.HistoryDays));
        Assert.All(report.Signals, s => Assert.Null(s.OldestMs));
    }

    [Fact]
    public void Services_have_their_share_of_what_came_in()
    {
        IngestedVolume[] volumes = [new("shop", Signal.Logs, 3_000_000, 10), new("cart", Signal.Logs, 1_000_000, 10), new("shop", Signal.Traces, 5, 1)];
        ServiceBudget[] series = [new("shop", 60, 100, 0, 0, BudgetState.Within), new("(none)", 20, 100, 0, 0, BudgetState.Within)];
        var report = StorageReport.Of(Use([Logs(Files(48, 6, 1000)), Kind("metrics", Files(48, 2, 100), 15)]), new StorageReport.Shares(volumes, NowMs - 2 * DayMs, series), NowMs);
        Assert.Equal([("shop", "logs", 6000L, "ingestedBytes"), ("cart", "logs", 2000, "ingestedBytes"), ("shop", "metrics", 1800, "activeSeries"), ("(none)", "metrics", 600, "activeSeries"), ("shop", "traces", 0, "ingestedBytes")],
            report.Services.Select(s => (s.Service, s.Signal, s.Bytes, s.Basis)));
        Assert.Equal((0.75, 1_500_000d), (report.Services[0].Share, report.Services[0].IngestedBytesPerDay));
        Assert.Null(report.Services[2].IngestedBytesPerDay);
        report = StorageReport.Of(Use([Logs(Files(48, 6, 1000))]), new StorageReport.Shares([], null, []), NowMs);
        Assert.Empty(report.Services);
    }

    [Fact]
    public void A_service_that_is_kept_for_ever_grows_without_end()
    {
        var rule = new EventRetentionRule([new LabelMatcher(Telemetry.Labels.MatchType.Equal, "service_name", "audit")], TimeSpan.Zero);
        IngestedVolume[] volumes = [new("audit", Signal.Logs, 1, 1), new("shop", Signal.Logs, 3, 1)];
        var logs = Logs(Files(7 * 24, 6, GiB), keepDays: 7) with { Rules = [rule] };
        var report = StorageReport.Of(Use([logs], limitBytes: 38 * GiB), new StorageReport.Shares(volumes, NowMs - DayMs, []), NowMs);
        // 28 are there, and one more each day.
        Assert.InRange((report.Forecast.AtMs!.Value - NowMs) / (double)DayMs, 9.9, 10.1);
        Assert.Equal(("{service_name=\"audit\"}", null), (report.Signals.Single(s => s.Kind == "logs").Rules[0].Match, report.Signals.Single(s => s.Kind == "logs").Rules[0].KeepMs));
    }

    // Files that end now, one behind the other.
    private static StoredFile[] Files(int hours, int each, long bytes) =>
        [.. Enumerable.Range(0, hours / each).Select(i => new StoredFile(NowMs - hours * HourMs + i * each * HourMs, NowMs - hours * HourMs + (i + 1) * each * HourMs - 1, bytes))];

    private static StoredKind Logs(StoredFile[] files, int keepDays = 7) => Kind("logs", files, keepDays);

    private static StoredKind Kind(string name, StoredFile[] files, int keepDays) =>
        new(name, files, 0, files.Length > 0 ? files[0].FromMs : null, files.Length > 0 ? files[^1].ToMs : null, TimeSpan.FromDays(keepDays), []);

    private static StorageReport Report(StoredKind[] kinds, long limitBytes = 0, long freeBytes = 1L << 50) =>
        StorageReport.Of(Use(kinds, limitBytes, freeBytes), new StorageReport.Shares([], null, []), NowMs);

    private static StoreUse Use(StoredKind[] kinds, long limitBytes = 0, long freeBytes = 1L << 50) =>
        new([.. kinds, .. ((string[])["metrics", "rollups5m", "rollups1h", "logs", "traces"]).Except(kinds.Select(k => k.Name)).Select(name => Kind(name, [], 7))], 0, 0, limitBytes, freeBytes);
}
