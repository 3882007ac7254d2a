using Bongsu.Telemetry.Events;

namespace Bongsu.Ingest.Pipeline.Sampling;

/// <summary>
/// The latest decisions in two generations, so that spans that come late follow their trace. When the young one is full it becomes the old one, and
/// what that knew is forgotten. Not thread-safe.
/// </summary>
internal sealed class DecisionCache
{
    /// <summary>A dictionary's entry of 28 bytes, its bucket of 4, and what its growth to a prime wastes.</summary>
    public const int EntryBytes = 36;

    private const int FirstCapacity = 1024;

    private readonly int _capacity;
    private Dictionary<TraceId, Decision> _young = [];
    private Dictionary<TraceId, Decision> _old = [];

    /// <param name="budgetBytes">For both generations.</param>
    public DecisionCache(long budgetBytes) => _capacity = (int)Math.Clamp(budgetBytes / 2 / EntryBytes, 16, 1 << 26);

    public int Count => _young.Count + _old.Count;

    public long SizeBytes => (long)(_young.EnsureCapacity(0) + _old.EnsureCapacity(0)) * EntryBytes;

    public bool TryGet(TraceId trace, out Decision decision)
    {
        if (_young.TryGetValue(trace, out decision))
            return true;
        if (!_old.TryGetValue(trace, out decision))
            return false;
        // Whoever is asked for stays.
        Add(trace, decision);
        return true;
    }

    /// <summary>As <see cref="TryGet"/>, and nothing changes.</summary>
    public bool TryPeek(TraceId trace, out Decision decision) => _young.TryGetValue(trace, out decision) || _old.TryGetValue(trace, out decision);

    public void Add(TraceId trace, Decision decision)
    {
        if (_young.Count >= _capacity)
        {
            (_old, _young) = (_young, _old);
            _young.Clear();
        }
        else if (_young.Count == _young.EnsureCapacity(0))
        {
            _young.EnsureCapacity(Math.Min(_capacity, Math.Max(FirstCapacity, _young.Count * 2)));
        }
        _young[trace] = decision;
    }
}
