using System.Diagnostics.Metrics;
using Bongsu.AspNetCore.Export;
using Bongsu.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Bongsu.AspNetCore.Tests.Export;

public sealed class ExportQueueTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly ExporterMetrics _metrics;

    public ExportQueueTests() => _metrics = new ExporterMetrics(_services.GetRequiredService<IMeterFactory>());

    public void Dispose() => _services.Dispose();

    [Fact]
    public void A_full_queue_drops_the_oldest_and_counts_it()
    {
        var queue = Queue(size: 3, batch: 10);
        for (var i = 1; i <= 5; i++)
            queue.Add(i);

        var batch = new List<int>();
        Assert.True(queue.Drain(batch));

        Assert.Equal([3, 4, 5], batch);
        Assert.Equal(2, _metrics.DroppedTotal(Signal.Traces));
    }

    [Fact]
    public void Many_writers_never_wait_and_nothing_is_lost_uncounted()
    {
        var queue = Queue(size: 100, batch: 100);
        // Nobody drains: a queue that could block would never return from here.
        Parallel.For(0, 10_000, queue.Add);

        Assert.Equal(100, queue.Count);
        Assert.Equal(9_900, _metrics.DroppedTotal(Signal.Traces));
    }

    [Fact]
    public void Drain_takes_one_batch_at_a_time()
    {
        var queue = Queue(size: 10, batch: 2);
        queue.Add(1);
        queue.Add(2);
        queue.Add(3);
        var batch = new List<int>();

        Assert.True(queue.Drain(batch));
        Assert.Equal([1, 2], batch);
        Assert.True(queue.Drain(batch));
        Assert.Equal([3], batch);
        Assert.False(queue.Drain(batch));
    }

    [Fact]
    public async Task An_item_waits_for_company_only_for_the_delay()
    {
        var time = new ManualTime();
        var queue = Queue(size: 10, batch: 5);
        queue.Add(1);
        var wait = queue.WaitAsync(TimeSpan.FromSeconds(1), time).AsTask();
        Assert.False(wait.IsCompleted);

        time.Advance(TimeSpan.FromSeconds(1));

        Assert.True(await wait);
    }

    [Fact]
    public async Task A_full_batch_does_not_wait()
    {
        var queue = Queue(size: 10, batch: 2);
        var wait = queue.WaitAsync(TimeSpan.FromDays(1), new ManualTime()).AsTask();
        queue.Add(1);
        queue.Add(2);
        Assert.True(await wait);
    }

    [Fact]
    public async Task A_completed_queue_is_drained_and_then_ends()
    {
        var queue = Queue(size: 10, batch: 5);
        queue.Add(1);
        queue.Complete();
        queue.Add(2);

        Assert.True(await queue.WaitAsync(TimeSpan.FromDays(1), new ManualTime()));
        var batch = new List<int>();
        queue.Drain(batch);
        Assert.Equal([1], batch);
        Assert.False(await queue.WaitAsync(TimeSpan.FromDays(1), new ManualTime()));
    }

    private ExportQueue<int> Queue(int size, int batch) => new(Signal.Traces, new ExportOptions { QueueSize = size, BatchSize = batch }, _metrics);
}
