using Bongsu.Telemetry.Metrics;

namespace Bongsu.Storage.Tests.Rollups;

/// <summary>Random days of a store with rollups: late samples, changed values, deletions, cleaning, restarts. Whatever happens, runs are what the samples come to.</summary>
public sealed class RollupModelTests : IDisposable
{
    private readonly RollupScene _scene = new() { StepMs = 240_000 };

    public static TheoryData<int> Seeds { get; } = [.. Enumerable.Range(1, 5)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Runs_are_what_the_samples_come_to(int seed)
    {
        var random = new Random(seed);
        var start = _scene.Time.NowMs;
        _scene.Retention = TimeSpan.FromDays(60);
        await _scene.ReopenAsync();
        await _scene.LiveAsync(60);
        for (var step = 0; step < 14; step++)
        {
            await StepAsync(random, start);
            var end = _scene.Time.NowMs;
            var from = start + random.NextInt64(end - start);
            var to = from + random.NextInt64(end - from) + 1;
            var cuts = random.Next(3) switch
            {
                0 => RollupScene.Cuts(start, end, 300_000 * random.Next(1, 100)),
                1 => [],
                _ => Enumerable.Range(0, 5).Select(_ => start + random.NextInt64(end - start)).Order().ToArray(),
            };
            _scene.AssertRuns(from, to, cuts);
            _scene.AssertRuns(start + 1, end, cuts);
        }
        Assert.Empty(_scene.Store.Status.Problems);
    }

    public void Dispose() => _scene.Dispose();

    private async Task StepAsync(Random random, long start)
    {
        var end = _scene.Time.NowMs;
        switch (random.Next(8))
        {
            case 0 or 1:
                await AddLateAsync(random, start + random.NextInt64(end - start));
                break;
            case 2:
                var from = start + random.NextInt64(end - start);
                await _scene.DeleteAsync(random.Next(RollupScene.Series), from, from + random.Next(1, 40_000_000));
                break;
            case 3:
                await _scene.Store.CleanTombstonesAsync(default);
                break;
            case 4:
                await _scene.ReopenAsync();
                break;
            case 5:
                _scene.Store.SealAll();
                break;
            default:
                await _scene.LiveAsync(random.Next(1, 5) * 6);
                break;
        }
    }

    // New times, and other values for old ones.
    private async Task AddLateAsync(Random random, long fromMs)
    {
        var batch = new MetricBatch();
        var series = random.Next(RollupScene.Series);
        batch.AddSeries(RollupScene.Labels(series).Bytes);
        var known = _scene.Samples[series].Keys.ToArray();
        for (var i = 0; i < random.Next(1, 20); i++)
        {
            var time = random.Next(2) == 0 && known.Length > 0 ? known[random.Next(known.Length)] : fromMs + random.Next(4_000_000);
            if (time <= _scene.Time.NowMs)
            {
                batch.AddSample(0, time, i);
                _scene.Samples[series][time] = i;
            }
        }
        await _scene.Store.AppendAsync(batch, default);
    }
}
