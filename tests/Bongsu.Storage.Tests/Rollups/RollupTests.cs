using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;
using MatchType = Bongsu.Telemetry.Labels.MatchType;

namespace Bongsu.Storage.Tests.Rollups;

public sealed class RollupTests : IDisposable
{
    private const long HourMs = RollupScene.HourMs;
    private const long DayMs = 24 * HourMs;

    private readonly RollupScene _scene = new();
    private readonly long _start;

    public RollupTests() => _start = _scene.Time.NowMs;

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task Rows_are_made_of_days_that_are_a_day_old_and_answer_as_the_samples_do()
    {
        await _scene.LiveAsync(4 * 24);
        Assert.NotEmpty(_scene.Files("rollup-5m-*.block"));
        Assert.NotEmpty(_scene.Files("rollup-1h-*.block"));
        foreach (var step in (long[])[300_000, HourMs, 7 * HourMs, DayMs])
            _scene.AssertRuns(_start + 1, _start + 4 * DayMs, RollupScene.Cuts(_start, _start + 4 * DayMs, step));
        _scene.AssertRuns(_start + 1, _start + 4 * DayMs, [_start + 17_000_000, _start + 100_000_001, _start + 3 * DayMs]);
        _scene.AssertRuns(_start + 500_000, _start + 3 * DayMs - 1_234_567, []);
    }

    [Fact]
    public async Task Days_that_no_cut_parts_are_answered_without_the_samples()
    {
        await _scene.LiveAsync(5 * 24);
        using var selection = _scene.Select(_start + 1, _start + 3 * DayMs);
        using var reader = selection.OpenSeriesReader();
        var runs = new Column<SampleRun>();
        for (var series = 0; series < RollupScene.Series; series++)
            reader.TryReadRuns(series, [_start + DayMs, _start + 2 * DayMs], RunFigures.Sum, runs);
        Assert.Equal(0, reader.ChunksDecoded);
    }

    [Fact]
    public async Task Picking_rows_allocates_nothing()
    {
        await _scene.LiveAsync(4 * 24);
        using var selection = _scene.Select(_start + 1, _start + 3 * DayMs);
        using var reader = selection.OpenSeriesReader();
        var runs = new Column<SampleRun>();
        var least = long.MaxValue;
        for (var i = 0; i < 40; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            runs.Clear();
            reader.TryReadRuns(i % RollupScene.Series, [], RunFigures.Sum, runs);
            if (i >= 20)
                least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        Assert.Equal(0, least);
    }

    [Fact]
    public async Task When_the_samples_are_gone_the_rows_still_answer()
    {
        await _scene.LiveAsync(8 * 24);
        var rawFrom = RawFrom();
        Assert.InRange(rawFrom, _start + 2 * DayMs, _start + 4 * DayMs);
        var end = _start + 8 * DayMs;
        foreach (var step in (long[])[300_000, HourMs, DayMs])
            _scene.AssertRuns(_start + 1, end, RollupScene.Cuts(_start, end, step));
        await _scene.ReopenAsync();
        Assert.Equal(rawFrom, RawFrom());
        _scene.AssertRuns(_start + 1, end, RollupScene.Cuts(_start, end, HourMs));
        var names = await _scene.Store.LabelValuesAsync("i", new SeriesSelect(_start, _start + DayMs, []), default);
        Assert.Equal(RollupScene.Series, names.Count);
    }

    [Fact]
    public async Task Of_samples_that_are_gone_the_ends_of_each_row_are_read_and_it_is_said()
    {
        await _scene.LiveAsync(8 * 24);
        var rawFrom = RawFrom();
        using var selection = _scene.Select(_start + 1, _start + 8 * DayMs);
        using var reader = selection.OpenReader();
        for (var series = 0; series < RollupScene.Series; series++)
        {
            var read = new SampleColumns();
            reader.Read(series, read);
            var rows = _scene.Expected(series, _start + 1, _start + 8 * DayMs, RollupScene.Cuts(_start, _start + 8 * DayMs, 300_000)).Where(r => r.FirstMs < rawFrom).ToList();
            var ends = rows.SelectMany(r => r.Count > 1 ? new[] { (r.FirstMs, r.First), (r.LastMs, r.Last) } : [(r.FirstMs, r.First)]).ToList();
            var raw = _scene.Samples[series].Where(s => s.Key > rows[^1].LastMs).Select(s => (s.Key, s.Value)).ToList();
            var times = read.TimesMs.Span.ToArray();
            Assert.Equal(ends.Select(e => e.Item1), times.Take(ends.Count));
            Assert.Equal(ends.Select(e => e.Item2), read.Values.Span.ToArray().Take(ends.Count));
            Assert.Equal(raw.Where(s => !SampleValues.IsStale(s.Value)).Select(s => s.Key), times.Skip(ends.Count).Where((_, i) => !SampleValues.IsStale(read.Values[ends.Count + i])));
        }
        Assert.Contains("only rollups are kept: the first and the last sample of every 5 minutes", Assert.Single(selection.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_row_that_a_cut_parts_counts_where_its_last_sample_is_and_it_is_said_once()
    {
        await _scene.LiveAsync(8 * 24);
        using var selection = _scene.Select(_start + 1, _start + DayMs);
        using var reader = selection.OpenReader();
        var cut = _start + 10 * HourMs + 150_000;
        for (var series = 0; series < RollupScene.Series; series++)
        {
            var runs = new Column<SampleRun>();
            reader.TryReadRuns(series, [cut], RunFigures.None, runs);
            var whole = _scene.Expected(series, _start + 1, _start + DayMs, [_start + 10 * HourMs]);
            Assert.Equal(whole.Select(r => (r.FirstMs, r.LastMs, r.Count)), runs.Span.ToArray().Select(r => (r.FirstMs, r.LastMs, r.Count)));
        }
        Assert.Contains("of 5m that begin before a window and end in it count in it whole", Assert.Single(selection.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Late_samples_are_seen_at_once_and_rows_made_again()
    {
        await _scene.LiveAsync(4 * 24);
        var batch = new MetricBatch();
        batch.AddSeries(RollupScene.Labels(0).Bytes);
        for (var i = 0; i < 30; i++)
            _scene.Add(batch, 0, _start + DayMs + i * 1_000_003L, i);
        await _scene.Store.AppendAsync(batch, default);
        var end = _start + 4 * DayMs;
        _scene.AssertRuns(_start + 1, end, RollupScene.Cuts(_start, end, DayMs));
        _scene.Store.SealAll();
        _scene.AssertRuns(_start + 1, end, RollupScene.Cuts(_start, end, HourMs));
        await _scene.LiveAsync(4 * 24);
        _scene.AssertRuns(_start + 1, _start + 8 * DayMs, RollupScene.Cuts(_start, _start + 8 * DayMs, HourMs));
    }

    [Fact]
    public async Task Rows_with_deleted_samples_are_not_used_and_made_again_or_dropped()
    {
        await _scene.LiveAsync(4 * 24);
        await _scene.DeleteAsync(0, _start + 5 * HourMs, _start + 6 * HourMs + 1_000_000);
        var end = _start + 4 * DayMs;
        _scene.AssertRuns(_start + 1, end, RollupScene.Cuts(_start, end, DayMs));
        await _scene.Store.CleanTombstonesAsync(default);
        _scene.AssertRuns(_start + 1, end, RollupScene.Cuts(_start, end, DayMs));
        await _scene.LiveAsync(4 * 24);
        end = _start + 8 * DayMs;
        _scene.AssertRuns(_start + 1, end, RollupScene.Cuts(_start, end, HourMs));
        // Now of rows alone: whole hours, so that dropping rows that are touched is deleting samples.
        await _scene.DeleteAsync(1, _start + 9 * HourMs + 1, _start + 12 * HourMs);
        _scene.AssertRuns(_start + 1, end, RollupScene.Cuts(_start, end, HourMs));
        await _scene.Store.CleanTombstonesAsync(default);
        await _scene.ReopenAsync();
        _scene.AssertRuns(_start + 1, end, RollupScene.Cuts(_start, end, HourMs));
    }

    [Fact]
    public async Task A_snapshot_has_the_rollups()
    {
        await _scene.LiveAsync(8 * 24);
        var path = await _scene.Store.SnapshotAsync(default);
        await using var copy = _scene.Open(path);
        _scene.AssertRuns(_start + 1, _start + 8 * DayMs, RollupScene.Cuts(_start, _start + 8 * DayMs, DayMs), copy);
    }

    [Theory]
    [InlineData(0, 90, 400, false, false)]
    [InlineData(2, 2, 400, false, true)]
    [InlineData(2, 3, 1, true, false)]
    [InlineData(2, 0, 0, true, true)]
    public async Task Rollups_are_made_where_they_are_kept_longer_than_the_samples(int raw, int fives, int hours, bool has5m, bool has1h)
    {
        _scene.Retention = TimeSpan.FromDays(raw);
        (_scene.Retention5m, _scene.Retention1h) = (TimeSpan.FromDays(fives), TimeSpan.FromDays(hours));
        await _scene.ReopenAsync();
        await _scene.LiveAsync(3 * 24);
        Assert.Equal((has5m, has1h), (_scene.Files("rollup-5m-*").Length > 0, _scene.Files("rollup-1h-*").Length > 0));
    }

    [Fact]
    public async Task Each_resolution_goes_when_its_time_is_over()
    {
        (_scene.Retention5m, _scene.Retention1h) = (TimeSpan.FromDays(6), TimeSpan.FromDays(50));
        await _scene.ReopenAsync();
        await _scene.LiveAsync(3 * 24);
        _scene.Time.Advance(TimeSpan.FromDays(20));
        _scene.Store.Maintain();
        Assert.Empty(_scene.Files("rollup-5m-*"));
        Assert.Empty(_scene.Files("metrics-*"));
        var end = _start + 3 * DayMs;
        _scene.AssertRuns(_start + 1, end, RollupScene.Cuts(_start, end, HourMs));
        _scene.Time.Advance(TimeSpan.FromDays(90));
        _scene.Store.Maintain();
        Assert.Empty(_scene.Files("rollup-*"));
        using var selection = _scene.Select(_start, end);
        Assert.Equal(0, selection.Count);
    }

    [Fact]
    public async Task A_series_with_a_rule_of_its_own_does_not_live_on_in_rollups()
    {
        await _scene.LiveAsync(4 * 24);
        _scene.Rules =
        [
            new MetricRetentionRule([new LabelMatcher(MatchType.Equal, "i", "0")], TimeSpan.FromDays(1)),
            new MetricRetentionRule([new LabelMatcher(MatchType.Equal, "i", "1")], TimeSpan.FromDays(30)),
        ];
        await _scene.ReopenAsync();
        await _scene.LiveAsync(8 * 24);
        var end = _scene.Time.NowMs;
        foreach (var time in _scene.Samples[0].Keys.Where(t => t < end - DayMs).ToList())
            _scene.Samples[0].Remove(time);
        _scene.AssertRuns(_start + 1, end, RollupScene.Cuts(_start, end, HourMs));
    }

    private long RawFrom()
    {
        using var selection = _scene.Select(_start + 1, _start + 8 * DayMs);
        return selection.RawFromMs;
    }
}
