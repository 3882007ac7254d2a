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

    /// <summary>Keeps one problem of a kind up to date: a new sentence replaces the old one, null says that it is over.</summary>
    public void Set(ref string? current, string? problem)
    {
        if (current == problem)
            return;
        var over = current;
        current = problem;
        lock (_lock)
        {
            if (over is not null)
                _problems.Remove(over);
        }
        if (problem is not null)
            Add(problem);
        else
            log?.Invoke($"Over: {over}");
    }

    public void Say(string message) => log?.Invoke(message);
}
