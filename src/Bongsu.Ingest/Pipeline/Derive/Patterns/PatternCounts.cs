using System.Runtime.InteropServices;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Ingest.Pipeline.Derive.Patterns;

/// <summary>
/// Lines of one service that have been counted and are not written yet. Lines mostly come many of one pattern and time, so each pattern holds the
/// count of its last place itself until another comes. Not thread-safe.
/// </summary>
internal sealed class PatternCounts(int maxCounts)
{
    private const int MaxDimensions = 64;

    private readonly Dictionary<CountKey, long> _counts = [];
    private readonly List<Dimension> _dimensions = [];

    /// <summary>Lines that were not counted since a bound was met, since start.</summary>
    public long Overflow { get; private set; }

    public IReadOnlyList<Dimension> Dimensions => _dimensions;

    /// <summary>The number of a dimension; past a bound, further ones are counted as the last.</summary>
    public int DimensionOf(ReadOnlySpan<byte> environment, ReadOnlySpan<byte> level)
    {
        for (var i = 0; i < _dimensions.Count; i++)
        {
            if (level.SequenceEqual(_dimensions[i].Level) && environment.SequenceEqual(_dimensions[i].Environment))
                return i;
        }
        if (_dimensions.Count >= MaxDimensions)
            return _dimensions.Count - 1;
        _dimensions.Add(new Dimension(environment.ToArray(), level.ToArray()));
        return _dimensions.Count - 1;
    }

    public void Add(LogPattern? pattern, int dimension, long timeMs)
    {
        var bucket = timeMs / LogPatternSeries.StepMs;
        if (pattern is null)
        {
            Add(new CountKey(0, dimension, bucket), 1);
            return;
        }
        if (pattern.LastBucket != bucket || pattern.LastDimension != dimension)
        {
            Spill(pattern);
            pattern.LastBucket = bucket;
            pattern.LastDimension = dimension;
        }
        pattern.LastCount++;
    }

    /// <summary>Takes over what the pattern holds.</summary>
    public void Spill(LogPattern pattern) => SpillAs(pattern, pattern.Id);

    /// <summary>Takes over what a pattern holds that nobody will hear of.</summary>
    public void SpillAsNone(LogPattern pattern) => SpillAs(pattern, 0);

    /// <summary>Hands over, and forgets, the counts of the times before a bucket.</summary>
    public void Take(long beforeBucket, Action<CountKey, long> take)
    {
        foreach (var (key, count) in _counts)
        {
            if (key.Bucket >= beforeBucket)
                continue;
            take(key, count);
            _counts.Remove(key);
        }
    }

    private void SpillAs(LogPattern pattern, ulong id)
    {
        if (pattern.LastCount > 0)
            Add(new CountKey(id, pattern.LastDimension, pattern.LastBucket), pattern.LastCount);
        pattern.LastCount = 0;
    }

    private void Add(CountKey key, long count)
    {
        if (_counts.Count >= maxCounts && !_counts.ContainsKey(key))
        {
            Overflow += count;
            return;
        }
        CollectionsMarshal.GetValueRefOrAddDefault(_counts, key, out _) += count;
    }
}
