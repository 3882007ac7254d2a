using Bongsu.Telemetry.Labels;

namespace Bongsu.Storage.Head;

/// <summary>
/// The series that the heads know, by ids that count up from 0: labels, the index over them, their order. Only grows; once too many of its series are idle
/// a new table takes its place. One writer finds and adds; readers select. Thread-safe: adding and reading lock it, finding is the writer's alone.
/// </summary>
internal sealed class SeriesTable(LabelSetPool pool, SeriesTable? before)
{
    // Labels' object and header, hash slot, ids in the postings and orders.
    private const int SeriesOverheadBytes = 160;

    private const int MinCapacity = 64;

    private readonly object _lock = new();
    private readonly LabelIndex _index = new();
    private readonly SeriesOrder _order = new();
    private SeriesTable? _before = before;
    private LabelSet[] _labels = new LabelSet[MinCapacity];
    private int[] _beganSeconds = new int[MinCapacity];
    private long[] _loggedIn = new long[MinCapacity];
    private ulong[] _slots = new ulong[MinCapacity * 2];
    private int _count;
    private long _labelBytes;

    /// <summary>Tells notes of this table from those of others without keeping it alive.</summary>
    public object Identity { get; } = new();

    public int Count => Volatile.Read(ref _count);

    /// <summary>Of all series' labels together.</summary>
    public long LabelBytes => Volatile.Read(ref _labelBytes);

    public long SizeBytes => LabelBytes + (long)Count * SeriesOverheadBytes;

    /// <summary>Id of a series, or -1. The writer's alone.</summary>
    // Hot path: 0 B/op (see MetricAppendBenchmark, AllocationTests)
    public int Find(ReadOnlySpan<byte> canonicalLabels)
    {
        var hash = LabelHash.Of(canonicalLabels);
        var mask = _slots.Length - 1;
        for (var at = (int)hash & mask; _slots[at] != 0; at = (at + 1) & mask)
        {
            if (_slots[at] >> 32 == hash >> 32 && _labels[(uint)_slots[at] - 1].Bytes.SequenceEqual(canonicalLabels))
                return (int)(uint)_slots[at] - 1;
        }
        return -1;
    }

    /// <summary>Adds a series that is not there yet. The writer's alone.</summary>
    public int Add(ReadOnlySpan<byte> canonicalLabels, long beganMs)
    {
        var labels = pool.Share(canonicalLabels);
        var began = (int)Math.Clamp(beganMs / 1000, 0, int.MaxValue);
        if (_before is { } old && old.Find(canonicalLabels) is >= 0 and var known)
            began = Math.Min(began, old._beganSeconds[known]);
        lock (_lock)
        {
            if (_count == _labels.Length)
                Grow();
            var id = _count;
            _labels[id] = labels;
            _beganSeconds[id] = began;
            Insert(_slots, labels.Hash, id);
            _index.Add(labels);
            Volatile.Write(ref _count, id + 1);
            Volatile.Write(ref _labelBytes, _labelBytes + canonicalLabels.Length);
            return id;
        }
    }

    public LabelSet Labels(int id) => Volatile.Read(ref _labels)[id];

    /// <summary>Shares the labels that a sender's handle holds, so that there is one copy. The writer's alone.</summary>
    public void Adopt(int id, LabelSet same) => _labels[id] = same;

    /// <summary>Number of the WAL file that says what series the id is; every file says it for itself. The writer's alone.</summary>
    public ref long LoggedIn(int id) => ref _loggedIn[id];

    /// <summary>The table before this one is needed no more.</summary>
    public void ForgetBefore() => _before = null;

    /// <summary>A bit for each series that passes all matchers.</summary>
    public ulong[] Select(IReadOnlyList<LabelMatcher> matchers)
    {
        lock (_lock)
            return _index.Select(matchers);
    }

    /// <summary>The ids of set bits, in ascending order of label bytes.</summary>
    public int[] Sorted(ulong[] bits)
    {
        lock (_lock)
            return _order.Sorted(bits, _labels, _count);
    }

    /// <summary>Looks at the index, and at when (in seconds) each series began.</summary>
    public delegate T IndexReader<out T>(LabelIndex index, ReadOnlySpan<int> beganSeconds);

    /// <summary>Runs over the index while nothing is added.</summary>
    public T Read<T>(IndexReader<T> read)
    {
        lock (_lock)
            return read(_index, _beganSeconds.AsSpan(0, _count));
    }

    private void Grow()
    {
        Array.Resize(ref _beganSeconds, _count * 2);
        Array.Resize(ref _loggedIn, _count * 2);
        var labels = _labels;
        Array.Resize(ref labels, _count * 2);
        Volatile.Write(ref _labels, labels);
        pool.Reserve(_count * 2);
        var slots = new ulong[_slots.Length * 2];
        for (var id = 0; id < _count; id++)
            Insert(slots, labels[id].Hash, id);
        _slots = slots;
    }

    private static void Insert(ulong[] slots, ulong hash, int id)
    {
        var mask = slots.Length - 1;
        var at = (int)hash & mask;
        while (slots[at] != 0)
            at = (at + 1) & mask;
        slots[at] = hash >> 32 << 32 | (uint)(id + 1);
    }
}
