using Bongsu.Ingest.Decode.Known;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;
using Bongsu.Testing;

namespace Bongsu.Ingest.Tests.Decode.Known;

public sealed class SeriesCacheTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void What_was_stored_is_found_by_its_key_with_its_labels()
    {
        var cache = new SeriesCache(IngestLimits.MiB, _time);
        Learn(cache, 0, 1000);
        var lookup = new SeriesLookup(cache);
        lookup.Begin();
        for (var i = 999; i >= 0; i--)
        {
            Assert.True(lookup.TryFind(Key(i)));
            Assert.Equal($"m{{i=\"{i}\"}}", lookup.Found.Labels.ToString());
        }
        Assert.False(lookup.TryFind(Key(1000)));
    }

    [Fact]
    public void The_series_that_followed_last_time_is_found_without_a_search()
    {
        var cache = new SeriesCache(IngestLimits.MiB, _time);
        Learn(cache, 0, 10);
        var lookup = new SeriesLookup(cache);
        Pass(lookup);
        var (batch, predicted) = Pass(lookup);
        Assert.Equal(9, predicted);
        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"m{{i=\"{i}\"}}"), Enumerable.Range(0, 10).Select(i => batch.Handle(i)!.Labels.ToString()));
    }

    [Fact]
    public void Memory_is_bounded_and_what_is_used_stays()
    {
        const int Max = 256 * IngestLimits.KiB;
        var cache = new SeriesCache(Max, _time);
        for (var round = 0; round < 200; round++)
        {
            Learn(cache, 0, 10);
            Learn(cache, round * 100 + 10, 100);
            Assert.InRange(cache.Newer.SizeBytes + cache.Older.SizeBytes, 0, Max + 100 * 1024);
            _time.Advance(TimeSpan.FromSeconds(10));
        }
        var lookup = new SeriesLookup(cache);
        lookup.Begin();
        Assert.True(lookup.TryFind(Key(5)));
        Assert.False(lookup.TryFind(Key(10)));
    }

    [Fact]
    public void Of_more_series_than_there_is_room_for_a_part_stays_known()
    {
        const int Series = 3_000;
        var cache = new SeriesCache(256 * IngestLimits.KiB, _time);
        for (var round = 0; round < 5; round++)
        {
            Learn(cache, 0, Series);
            _time.Advance(TimeSpan.FromSeconds(15));
        }
        var lookup = new SeriesLookup(cache);
        lookup.Begin();
        Assert.InRange(Enumerable.Range(0, Series).Count(i => lookup.TryFind(Key(i))), Series / 4, Series - 1);
    }

    [Fact]
    public void A_series_goes_to_the_pipeline_again_after_a_while_and_keeps_its_handle()
    {
        var cache = new SeriesCache(IngestLimits.MiB, _time);
        Learn(cache, 0, 1);
        var lookup = new SeriesLookup(cache);
        var handle = Find(lookup, 0);
        Assert.NotNull(handle.Handle(0));
        _time.Advance(SeriesCache.LookInterval);
        var due = Find(lookup, 0);
        Assert.Null(due.Handle(0));
        Assert.True(due.SeriesLabels(0).SequenceEqual(handle.SeriesLabels(0)));
        // Not stored: due again.
        Assert.Null((due = Find(lookup, 0)).Handle(0));
        lookup.Learn(due);
        Assert.Same(handle.Handle(0), Find(lookup, 0).Handle(0));
    }

    [Fact]
    public void A_dropped_series_is_not_learned()
    {
        var cache = new SeriesCache(IngestLimits.MiB, _time);
        var lookup = new SeriesLookup(cache);
        lookup.Begin();
        var batch = new MetricBatch();
        for (var i = 0; i < 2; i++)
        {
            Assert.False(lookup.TryFind(Key(i)));
            lookup.AddMissed(batch.AddSeries(Labels(i)), Key(i));
        }
        batch.DropSeries(0);
        lookup.Learn(batch);
        Assert.False(lookup.TryFind(Key(0)));
        Assert.True(new SeriesLookup(cache).TryFind(Key(1)));
    }

    [Fact]
    public async Task Threads_find_the_right_series_while_others_learn()
    {
        var cache = new SeriesCache(64 * IngestLimits.KiB, _time);
        var wrong = 0;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(worker => Task.Run(() =>
        {
            var lookup = new SeriesLookup(cache);
            var batch = new MetricBatch();
            var random = new Random(worker);
            for (var request = 0; request < 300; request++)
            {
                lookup.Begin();
                batch.Clear();
                var first = random.Next(500);
                for (var i = first; i < first + 50; i++)
                {
                    var key = Key(i);
                    int series;
                    if ((lookup.TryNext(key, out var length) && length == key.Length) || lookup.TryFind(key))
                        series = lookup.AddFound(batch);
                    else
                        lookup.AddMissed(series = batch.AddSeries(Labels(i)), key);
                    if (!batch.SeriesLabels(series).SequenceEqual(Labels(i)))
                        Interlocked.Increment(ref wrong);
                }
                lookup.Learn(batch);
                if (worker == 0)
                    _time.Advance(TimeSpan.FromMinutes(1));
            }
        })));
        Assert.Equal(0, wrong);
    }

    private static MetricBatch Find(SeriesLookup lookup, int i)
    {
        var batch = new MetricBatch();
        lookup.Begin();
        Assert.True(lookup.TryFind(Key(i)));
        lookup.AddFound(batch);
        return batch;
    }

    private static (MetricBatch Batch, int Predicted) Pass(SeriesLookup lookup)
    {
        var batch = new MetricBatch();
        var predicted = 0;
        lookup.Begin();
        for (var i = 0; i < 10; i++)
        {
            if (lookup.TryNext(Key(i), out _))
                predicted++;
            else
                Assert.True(lookup.TryFind(Key(i)));
            lookup.AddFound(batch);
        }
        return (batch, predicted);
    }

    private static void Learn(SeriesCache cache, int first, int count)
    {
        var lookup = new SeriesLookup(cache);
        lookup.Begin();
        var batch = new MetricBatch();
        for (var i = first; i < first + count; i++)
        {
            if (lookup.TryFind(Key(i)))
                lookup.AddFound(batch);
            else
                lookup.AddMissed(batch.AddSeries(Labels(i)), Key(i));
        }
        lookup.Learn(batch);
    }

    private static byte[] Key(int i) => [10, .. BitConverter.GetBytes(i), .. new byte[100]];

    private static byte[] Labels(int i) => LabelSet.Of(("__name__", "m"), ("i", $"{i}")).Bytes.ToArray();
}
