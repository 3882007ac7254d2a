namespace Bongsu.Storage;

/// <summary>Remembers the latest problems for the status page and passes each on to the log. Thread-safe.</summary>
internal sealed class ProblemLog(Action<string>? log)
{
    // Enough to see a pattern, small enough for a page.
    private const int Kept = 100;

    private readonly object _lock = new();
    private readonly List<string> _problems = [];

    public IReadOnlyList<string> Problems
    {
        get
        {
            lock (_lock)
                return [.. _problems];
        }
    }

    /// <summary>Something a person should know of for as long as the process lives. A repeated sentence is kept and logged once.</summary>
    public void Add(string problem)
    {
        lock (_lock)
        {
            if (_problems.Contains(problem))
                return;
            if (_problems.Count == Kept)
                _problems.RemoveAt(0);
            _problems.Add(problem);
        }
        log?.Invoke(problem);
    }

    public void Add(Corruption corruption) => Add(corruption.ToString());

    /// <summary>A problem is over (the disk has room again).</summary>
    public void Resolve(string problem, string message)
    {
        bool removed;
        lock (_lock)
            removed = _problems.Remove(problem);
        if (removed)
            log?.Invoke(message);
    }

    public void Say(string message) => log?.Invoke(message);
}
