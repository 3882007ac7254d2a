using System.Collections.Concurrent;

namespace Shop.Faults;

/// <summary>Which faults are on in this process. Each goes off by itself, so that a forgotten switch does not stay.</summary>
internal sealed class FaultSwitches(TimeProvider time)
{
    public static readonly TimeSpan AutoOff = TimeSpan.FromMinutes(15);

    private readonly ConcurrentDictionary<string, DateTimeOffset> _until = new();

    public bool IsOn(string name) => _until.TryGetValue(name, out var until) && time.GetUtcNow() < until;

    public DateTimeOffset? Until(string name) => IsOn(name) && _until.TryGetValue(name, out var until) ? until : null;

    public void Set(string name, bool on)
    {
        if (on)
            _until[name] = time.GetUtcNow() + AutoOff;
        else
            _until.TryRemove(name, out _);
    }
}
