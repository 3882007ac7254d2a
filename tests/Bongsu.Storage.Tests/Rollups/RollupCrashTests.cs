using Bongsu.Storage.Tests.Crash;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Storage.Tests.Rollups;

/// <summary>Samples and rollups tell the same whatever is lost or harmed.</summary>
public sealed class RollupCrashTests : IDisposable
{
    private const long DayMs = 24 * RollupScene.HourMs;

    private readonly RollupScene _scene = new() { StepMs = 600_000 };
    private readonly long _start;

    public RollupCrashTests() => _start = _scene.Time.NowMs;

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task A_process_killed_at_any_step_of_making_rows_and_dropping_samples_loses_nothing()
    {
        await _scene.LiveAsync(5 * 24);
        await AddLateAsync(_start + 4 * DayMs);
        await _scene.DeleteAsync(0, _start + DayMs + 1, _start + DayMs + 4 * RollupScene.HourMs);
        _scene.Time.Advance(TimeSpan.FromDays(2));
        await _scene.CloseAsync();
        var wasKilled = true;
        for (var operations = 0; wasKilled; operations += 3)
        {
            using var copy = new TemporaryDirectory();
            Directory.Delete(copy.Path);
            _scene.Directory.CopyTo(copy.Path);
            var disk = new KilledDisk(operations);
            await WorkAsync(copy.Path, disk);
            wasKilled = disk.IsKilled;
            await using var again = _scene.Open(copy.Path);
            _scene.AssertRuns(_start + 1, _scene.Time.NowMs, RollupScene.Cuts(_start, _scene.Time.NowMs, RollupScene.HourMs), again);
            again.Maintain();
            again.Maintain();
            _scene.AssertRuns(_start + 1, _scene.Time.NowMs, RollupScene.Cuts(_start, _scene.Time.NowMs, DayMs), again);
        }
    }

    [Fact]
    public async Task While_the_samples_are_kept_a_damaged_rollup_costs_nothing_but_time()
    {
        await _scene.LiveAsync(4 * 24);
        await _scene.CloseAsync();
        DamageRollups();
        await _scene.ReopenAsync();
        _scene.AssertRuns(_start + 1, _scene.Time.NowMs, RollupScene.Cuts(_start, _scene.Time.NowMs, DayMs));
        Assert.NotEmpty(_scene.Store.Status.Problems);
    }

    [Fact]
    public async Task A_damaged_rollup_is_said_where_the_samples_are_gone()
    {
        await _scene.LiveAsync(8 * 24);
        await _scene.CloseAsync();
        DamageRollups();
        await _scene.ReopenAsync();
        using var selection = _scene.Select(_start + 1, _scene.Time.NowMs);
        using var reader = selection.OpenReader();
        for (var series = 0; series < selection.Count; series++)
            reader.TryReadRuns(series, [], RunFigures.None, new Column<SampleRun>());
        Assert.Contains(selection.Warnings, w => w.Contains("damaged", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_harmed_byte_of_a_rollup_is_survived()
    {
        await _scene.LiveAsync(3 * 24);
        await _scene.CloseAsync();
        var path = _scene.Files("rollup-1h-*")[0];
        var whole = await File.ReadAllBytesAsync(path);
        for (var at = 0; at < whole.Length; at += 101)
        {
            var harmed = (byte[])whole.Clone();
            harmed[at] ^= 0x55;
            await File.WriteAllBytesAsync(path, harmed);
            await using var store = _scene.Open();
            _scene.AssertRuns(_start + 1, _scene.Time.NowMs, [_start + DayMs], store);
        }
    }

    // The first group of chunks, behind the 48 bytes of the header frame.
    private void DamageRollups()
    {
        foreach (var path in _scene.Files("rollup-*"))
            WalCrashTests.Flip(path, 80);
    }

    private async Task WorkAsync(string directory, Disk disk)
    {
        DiskStore? store = null;
        try
        {
            store = _scene.Open(directory, disk);
            for (var i = 0; i < 6; i++)
                store.Maintain();
            await store.CleanTombstonesAsync(default);
        }
        catch (IOException)
        {
            // It was killed there.
        }
        if (store is not null)
            await store.DisposeAsync();
    }

    private async Task AddLateAsync(long fromMs)
    {
        var batch = new MetricBatch();
        batch.AddSeries(RollupScene.Labels(0).Bytes);
        for (var i = 0; i < 5; i++)
            _scene.Add(batch, 0, fromMs + i * 1_000_003L, i);
        await _scene.Store.AppendAsync(batch, default);
        _scene.Store.SealAll();
    }
}
