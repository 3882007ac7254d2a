using System.Threading.Channels;

namespace Bongsu.AspNetCore.Export;

/// <summary>
/// What waits to be exported. <see cref="Add"/> never blocks and never fails: when full, the oldest item goes and is counted. Any thread may add; one worker drains.
/// </summary>
internal sealed class ExportQueue<T>
{
    private readonly Channel<T> _items;
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly int _batchSize;
    private volatile bool _completed;

    public ExportQueue(Signal signal, ExportOptions options, ExporterMetrics metrics)
    {
        _batchSize = Math.Min(options.BatchSize, options.QueueSize);
        _items = Channel.CreateBounded<T>(
            new BoundedChannelOptions(options.QueueSize) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
            _ => metrics.Dropped(signal, 1, ExporterMetrics.QueueFull));
    }

    public int Count => _items.Reader.Count;

    public void Add(T item)
    {
        _items.Writer.TryWrite(item);
        if (_items.Reader.Count >= _batchSize)
            _wake.Writer.TryWrite(true);
    }

    /// <summary>No more items are taken; those that wait are still drained.</summary>
    public void Complete()
    {
        _completed = true;
        _items.Writer.TryComplete();
        _wake.Writer.TryWrite(true);
    }

    /// <summary>Waits for a first item, then for a full batch or <paramref name="delay"/>; false once completed and empty.</summary>
    public async ValueTask<bool> WaitAsync(TimeSpan delay, TimeProvider time)
    {
        if (!await _items.Reader.WaitToReadAsync())
            return false;
        if (_completed || Count >= _batchSize)
            return true;
        // Why not Task.Delay with a token: a cancelled wait throws, and one exception a second would show in the service's own metrics.
        await using var timer = time.CreateTimer(wake => ((ChannelWriter<bool>)wake!).TryWrite(true), _wake.Writer, delay, Timeout.InfiniteTimeSpan);
        await _wake.Reader.ReadAsync();
        return true;
    }

    /// <summary>Moves up to one batch into <paramref name="batch"/>, which is cleared first.</summary>
    public bool Drain(List<T> batch)
    {
        batch.Clear();
        while (batch.Count < _batchSize && _items.Reader.TryRead(out var item))
            batch.Add(item);
        return batch.Count > 0;
    }
}
