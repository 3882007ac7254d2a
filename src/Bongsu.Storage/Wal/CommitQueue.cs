namespace Bongsu.Storage.Wal;

/// <summary>
/// Group commit: requests queue up while a commit runs on the queue's own thread, and the next commit takes them all. A request never waits for
/// more than the commit in progress and its own.
/// </summary>
internal sealed class CommitQueue<TRequest> : IDisposable where TRequest : class
{
    // Requests taken by one commit: bounds the buffer that is written at once.
    private const int MaxGroup = 256;

    private readonly object _lock = new();
    private readonly Queue<TRequest> _waiting = new();
    private readonly Action<List<TRequest>> _commit;
    private readonly Thread _thread;
    private bool _isClosed;

    /// <param name="name">Of the thread.</param>
    /// <param name="commit">Completes every request it is given; must not throw.</param>
    public CommitQueue(string name, Action<List<TRequest>> commit)
    {
        _commit = commit;
        _thread = new Thread(Run) { IsBackground = true, Name = name };
        _thread.Start();
    }

    public void Add(TRequest request)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            _waiting.Enqueue(request);
            if (_waiting.Count == 1)
                Monitor.Pulse(_lock);
        }
    }

    /// <summary>Commits what waits, then ends.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_isClosed)
                return;
            _isClosed = true;
            Monitor.Pulse(_lock);
        }
        _thread.Join();
    }

    private void Run()
    {
        var group = new List<TRequest>();
        while (TryTake(group))
        {
            _commit(group);
            group.Clear();
        }
    }

    private bool TryTake(List<TRequest> group)
    {
        lock (_lock)
        {
            while (_waiting.Count == 0)
            {
                if (_isClosed)
                    return false;
                Monitor.Wait(_lock);
            }
            while (group.Count < MaxGroup && _waiting.TryDequeue(out var request))
                group.Add(request);
            return true;
        }
    }
}
