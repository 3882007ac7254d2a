using System.Runtime.InteropServices;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Ingest.Decode.Known;

/// <summary>
/// Looks the series of one request up in the <see cref="SeriesCache"/> and notes what to remember once the request was stored. Senders repeat the
/// order of their series, so the one that followed last time is compared first, before anything is hashed. Not thread-safe.
/// </summary>
internal sealed class SeriesLookup(SeriesCache cache)
{
    // What one large request has blown up is not kept for small ones.
    private const int KeptPending = 16_384;

    // A request that would bring out more labels than this goes by handles, and the pipeline looks at the rest the next time.
    private const int MaxDueBytes = 64 * IngestLimits.MiB;

    private readonly ByteBuffer _keys = new();
    private List<Pending> _pending = [];
    private KnownEntry[] _entries = [];
    private SeriesGeneration _newer = cache.Newer;
    private SeriesGeneration _older = cache.Older;
    private int _last = -1;
    private int _found = -1;
    private bool _isFoundOlder;
    private KnownEntry[] _foundEntries = [];
    private ulong _hash;
    private int _nowSeconds;
    private bool _isFull;

    /// <summary>A series to remember: its index in the batch, where its key stands, and the handle if it is known already.</summary>
    /// <param name="Series">Its index in the batch.</param>
    /// <param name="KeyStart">Where the key begins.</param>
    /// <param name="KeyLength">Bytes of the key.</param>
    /// <param name="Hash">Of the key.</param>
    /// <param name="Tag">What the decoder wants to find with the key.</param>
    /// <param name="Known">The handle, if there is one.</param>
    /// <param name="LookedAtSeconds">When the pipeline looked at it last.</param>
    public readonly record struct Pending(int Series, int KeyStart, int KeyLength, ulong Hash, ulong Tag, SeriesHandle? Known, int LookedAtSeconds);

    /// <summary>Begins a request.</summary>
    public void Begin()
    {
        _keys.Clear();
        if (_pending.Capacity > KeptPending)
            _pending = [];
        _pending.Clear();
        _newer = cache.Newer;
        _older = cache.Older;
        _entries = _newer.Entries;
        _last = -1;
        _nowSeconds = cache.NowSeconds;
        _isFull = cache.IsFull;
    }

    /// <summary>Whether the bytes begin with the key that followed last time; the caller must still see that the key ends there.</summary>
    public bool TryNext(ReadOnlySpan<byte> bytes, out int keyLength)
    {
        keyLength = 0;
        if (_last < 0)
            return false;
        var next = Volatile.Read(ref _entries[_last].Next);
        if ((uint)next >= (uint)_entries.Length)
            return false;
        ref var entry = ref _entries[next];
        if (!bytes.StartsWith(entry.Key))
            return false;
        keyLength = entry.KeyLength;
        (_found, _foundEntries, _isFoundOlder) = (next, _entries, false);
        return true;
    }

    /// <summary>Looks a whole key up.</summary>
    public bool TryFind(ReadOnlySpan<byte> key)
    {
        _hash = cache.Hash(key);
        _isFoundOlder = false;
        _found = _newer.Find(key, _hash, out _foundEntries);
        if (_found >= 0)
        {
            _entries = _foundEntries;
            if (_last >= 0)
                Volatile.Write(ref _entries[_last].Next, _found);
            return true;
        }
        _isFoundOlder = true;
        _found = _older.Find(key, _hash, out _foundEntries);
        _last = -1;
        return _found >= 0;
    }

    /// <summary>
    /// Adds what was found to the batch: by its handle, or by its labels when it is time that the pipeline looks at it again.
    /// </summary>
    public int AddFound(MetricBatch batch)
    {
        ref var entry = ref _foundEntries[_found];
        var lookedAt = entry.LookedAtSeconds;
        var isDue = _nowSeconds - lookedAt >= (int)SeriesCache.LookInterval.TotalSeconds && batch.Arena.Length < MaxDueBytes;
        var series = isDue ? batch.AddSeries(entry.Handle.Labels.Bytes) : batch.AddSeries(entry.Handle);
        if (isDue || (_isFoundOlder && !_isFull))
            Pend(series, entry.Key, entry.Hash, entry.Tag, entry.Handle, isDue ? _nowSeconds : lookedAt);
        if (!_isFoundOlder)
            _last = _found;
        return series;
    }

    /// <summary>Whether a key is known, without looking it up for a series.</summary>
    public bool Contains(ReadOnlySpan<byte> key)
    {
        var hash = cache.Hash(key);
        return _newer.Find(key, hash, out _) >= 0 || _older.Find(key, hash, out _) >= 0;
    }

    /// <summary>As <see cref="SeriesCache.Fingerprint"/>.</summary>
    public void Fingerprint(ReadOnlySpan<byte> text, Span<byte> into) => cache.Fingerprint(text, into);

    /// <summary>A hash with secret seeds, as that of keys.</summary>
    public ulong Hash(ReadOnlySpan<byte> bytes) => cache.Hash(bytes);

    /// <summary>What the decoder noted with what was found.</summary>
    public ulong FoundTag => _foundEntries[_found].Tag;

    /// <summary>The handle of what was found.</summary>
    public SeriesHandle Found => _foundEntries[_found].Handle;

    /// <summary>Notes the series of the key that was looked for in vain.</summary>
    public void AddMissed(int series, ReadOnlySpan<byte> key, ulong tag = 0)
    {
        if (key.Length <= SeriesCache.MaxKeyBytes)
            Pend(series, key, _hash, tag, null, _nowSeconds);
    }

    /// <summary>Remembers what was noted, once the batch was stored: all but series that were dropped on the way.</summary>
    public void Learn(MetricBatch batch)
    {
        if (_pending.Count > 0)
            cache.Learn(CollectionsMarshal.AsSpan(_pending), _keys.Span, batch);
    }

    private void Pend(int series, ReadOnlySpan<byte> key, ulong hash, ulong tag, SeriesHandle? known, int lookedAt)
    {
        var start = _keys.Length;
        _keys.Append(key);
        _pending.Add(new Pending(series, start, key.Length, hash, tag, known, lookedAt));
    }
}
