using System.Runtime.ExceptionServices;

namespace Bongsu.Storage.Segments;

/// <summary>
/// Loads the sources of a merge in their order: the first ones when they are asked for, those of who reads on beyond them some ahead, on as many threads as there are processors. A thread
/// that loads goes on to the next source as long as there is room, for to wake another for each block costs as much as a block. One reader; the filter is the reader's own.
/// </summary>
internal sealed class EventLoader<TBatch>(EventSignal<TBatch> signal, List<EventSource<TBatch>> sources, EventFilter<TBatch> filter, bool newestFirst, ICollection<string> warnings)
    where TBatch : class, new()
{
    // Who stops at the newest hundred never pays for more.
    private const int LoadsAlone = 2;

    private static readonly int s_helpers = Math.Clamp(Environment.ProcessorCount - 1, 1, 3);

    // Blocks with wanted rows that may wait to be read: each takes memory, and may be for nothing.
    private static readonly int s_ahead = 4 * s_helpers;

    // Most sources have no wanted row where a filter of words says so.
    private static readonly Loaded s_nothing = new();

    private readonly Lock _gate = new();
    private readonly Loaded?[] _loaded = new Loaded?[sources.Count];
    private readonly SemaphoreSlim _isLoaded = new(0);
    private int _claimed;
    private int _reached;
    // Claimed, and not yet known to be empty or taken.
    private int _held;
    private int _working;
    private int _awaited = -1;

    /// <summary>Loads a source, each later than the one before; false when it has no row that is wanted.</summary>
    public bool TryLoad(int index)
    {
        BeginAhead(index);
        while (true)
        {
            var own = Claim(index);
            if (own >= 0)
            {
                Load(own, filter);
                continue;
            }
            lock (_gate)
            {
                if (_loaded[index] is null)
                    _awaited = index;
            }
            if (_loaded[index] is { } loaded)
                return Take(index, loaded);
            _isLoaded.Wait();
        }
    }

    private bool Take(int index, Loaded loaded)
    {
        lock (_gate)
        {
            _loaded[index] = null;
            _held -= loaded.Found ? 1 : 0;
        }
        loaded.Error?.Throw();
        foreach (var warning in loaded.Warnings)
            warnings.Add(warning);
        return loaded.Found;
    }

    // The reader helps as long as what it waits for is not there.
    private int Claim(int awaited)
    {
        lock (_gate)
            return _loaded[awaited] is null ? Claim() : -1;
    }

    private int Claim()
    {
        if (_claimed == sources.Count || (_claimed > _reached && (_reached < LoadsAlone || _held > s_ahead)))
            return -1;
        _held++;
        return _claimed++;
    }

    private void BeginAhead(int index)
    {
        var begin = 0;
        lock (_gate)
        {
            _reached = index;
            // Threads are woken when there is something to do for a while.
            if (index >= LoadsAlone && _claimed < sources.Count && _held * 2 <= s_ahead)
                begin = s_helpers - _working;
            _working += begin;
        }
        for (; begin > 0; begin--)
            ThreadPool.UnsafeQueueUserWorkItem(static loader => loader.Help(), this, preferLocal: false);
    }

    private void Help()
    {
        var own = filter.Fork();
        while (true)
        {
            int index;
            lock (_gate)
            {
                index = Claim();
                if (index < 0)
                {
                    _working--;
                    return;
                }
            }
            Load(index, own);
        }
    }

    private void Load(int index, EventFilter<TBatch> own)
    {
        var loaded = s_nothing;
        var told = new List<string>();
        try
        {
            var found = sources[index].TryLoad(signal, own, newestFirst, told);
            if (found || told.Count > 0)
                loaded = new Loaded { Found = found, Warnings = told };
        }
        catch (Exception e)
        {
            // Thrown where it is read.
            loaded = new Loaded { Error = ExceptionDispatchInfo.Capture(e) };
        }
        lock (_gate)
        {
            _loaded[index] = loaded;
            _held -= loaded.Found ? 0 : 1;
            if (_awaited != index)
                return;
            _awaited = -1;
        }
        _isLoaded.Release();
    }

    private sealed class Loaded
    {
        public bool Found { get; init; }
        public List<string> Warnings { get; init; } = [];
        public ExceptionDispatchInfo? Error { get; init; }
    }
}
