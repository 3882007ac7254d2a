using Bongsu.Storage.Codecs;
using Bongsu.Telemetry.Events;

namespace Bongsu.Storage.Segments;

/// <summary>Trace ids in ascending order, 16 B each, found by halving. Immutable.</summary>
internal sealed class TraceSet
{
    public static readonly TraceSet Empty = new([]);

    private readonly TraceId[] _ids;

    private TraceSet(TraceId[] ids) => _ids = ids;

    public int Count => _ids.Length;

    public ReadOnlySpan<TraceId> Ids => _ids;

    public static TraceSet Of(IReadOnlyCollection<TraceId> traces)
    {
        var ids = new TraceId[traces.Count];
        var at = 0;
        foreach (var trace in traces)
            ids[at++] = trace;
        Array.Sort(ids);
        return Distinct(ids);
    }

    public bool Contains(TraceId trace) => _ids.Length > 0 && Array.BinarySearch(_ids, trace) >= 0;

    public TraceSet With(TraceSet other)
    {
        if (other.Count == 0)
            return this;
        if (Count == 0)
            return other;
        var ids = new TraceId[Count + other.Count];
        var (mine, theirs) = (0, 0);
        for (var at = 0; at < ids.Length; at++)
            ids[at] = theirs == other.Count || (mine < Count && _ids[mine].CompareTo(other._ids[theirs]) <= 0) ? _ids[mine++] : other._ids[theirs++];
        return Distinct(ids);
    }

    public TraceSet Except(TraceSet other)
    {
        if (other.Count == 0)
            return this;
        var left = new List<TraceId>();
        foreach (var id in _ids)
        {
            if (!other.Contains(id))
                left.Add(id);
        }
        return left.Count == 0 ? Empty : new TraceSet([.. left]);
    }

    public void Put(ByteWriter into)
    {
        into.PutVarint((ulong)_ids.Length);
        foreach (var id in _ids)
            id.CopyTo(into.Take(TraceId.Size));
    }

    /// <summary>Fails the reader, and gives nothing, when the bytes are none.</summary>
    public static TraceSet Read(ref ByteReader reader)
    {
        var ids = new TraceId[reader.ReadCount(TraceId.Size)];
        for (var i = 0; i < ids.Length && !reader.Failed; i++)
            ids[i] = TraceId.FromBytes(reader.ReadBytes(TraceId.Size));
        if (reader.Failed)
            return Empty;
        // Why: what a file says of its order is not believed.
        Array.Sort(ids);
        return Distinct(ids);
    }

    private static TraceSet Distinct(TraceId[] sorted)
    {
        var count = 0;
        for (var i = 0; i < sorted.Length; i++)
        {
            if (i == 0 || sorted[i] != sorted[i - 1])
                sorted[count++] = sorted[i];
        }
        return count == 0 ? Empty : new TraceSet(count == sorted.Length ? sorted : sorted[..count]);
    }
}
