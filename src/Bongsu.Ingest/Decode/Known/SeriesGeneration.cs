using Bongsu.Telemetry.Metrics;

namespace Bongsu.Ingest.Decode.Known;

/// <summary>
/// Series by the bytes that senders name them with: a hash table with open addressing whose keys lie in pages. Only grows; readers need no lock,
/// the one writer at a time holds that of the <see cref="SeriesCache"/>.
/// </summary>
internal sealed class SeriesGeneration
{
    // Under the size from which arrays are never moved, and large enough for some hundred keys.
    private const int PageBytes = 64 * IngestLimits.KiB;
    private const int FirstPageBytes = 4 * IngestLimits.KiB;
    private const int FirstSlots = 256;

    // With a table at most half full and a keyed hash, runs of this length do not occur by chance.
    private const int MaxProbes = 64;

    // Entry, its share of the slots, the handle as an object. Its labels are those of the store.
    private const int OverheadBytes = 160;

    private Table _table = new(FirstSlots);
    private byte[] _page = new byte[FirstPageBytes];
    private int _pageUsed;

    /// <summary>What the series and their keys take, about.</summary>
    public long SizeBytes { get; private set; }

    public int Count => Volatile.Read(ref _table).Count;

    /// <summary>All entries of this moment; those added later may be missing.</summary>
    public KnownEntry[] Entries => Volatile.Read(ref _table).Entries;

    /// <summary>The entry of a key in <see cref="Entries"/>; -1 when there is none.</summary>
    public int Find(ReadOnlySpan<byte> key, ulong hash, out KnownEntry[] entries)
    {
        var table = Volatile.Read(ref _table);
        entries = table.Entries;
        var mask = table.Slots.Length - 1;
        for (var probe = 0; probe < MaxProbes; probe++)
        {
            var slot = Volatile.Read(ref table.Slots[((int)hash + probe) & mask]);
            if (slot == 0)
                return -1;
            ref var entry = ref entries[slot - 1];
            if (entry.Hash == hash && entry.Key.SequenceEqual(key))
                return slot - 1;
        }
        return -1;
    }

    /// <summary>Adds a key that is not there yet. A key whose place is crowded is left out: only its sender pays for it.</summary>
    public void Add(ReadOnlySpan<byte> key, ulong hash, ulong tag, SeriesHandle handle, int nowSeconds)
    {
        var table = _table;
        if (table.Count * 2 >= table.Slots.Length)
            Volatile.Write(ref _table, table = table.Grown(MaxProbes));
        if (!table.TryFindFree(hash, MaxProbes, out var slot))
            return;
        table.Entries[table.Count] = new KnownEntry
        {
            Page = Store(key, out var start),
            KeyStart = start,
            KeyLength = key.Length,
            Hash = hash,
            Handle = handle,
            Tag = tag,
            Next = -1,
            LookedAtSeconds = nowSeconds,
        };
        table.Count++;
        // The entry is whole before readers can come upon it.
        Volatile.Write(ref table.Slots[slot], table.Count);
        SizeBytes += key.Length + OverheadBytes;
    }

    private byte[] Store(ReadOnlySpan<byte> key, out int start)
    {
        if (key.Length > _page.Length - _pageUsed)
        {
            _page = new byte[Math.Max(key.Length, PageBytes)];
            _pageUsed = 0;
        }
        start = _pageUsed;
        key.CopyTo(_page.AsSpan(start));
        _pageUsed += key.Length;
        return _page;
    }

    private sealed class Table(int slots)
    {
        public readonly int[] Slots = new int[slots];
        public readonly KnownEntry[] Entries = new KnownEntry[slots / 2 + 1];
        public int Count;

        public bool TryFindFree(ulong hash, int maxProbes, out int slot)
        {
            for (var probe = 0; probe < maxProbes; probe++)
            {
                slot = ((int)hash + probe) & (Slots.Length - 1);
                if (Slots[slot] == 0)
                    return true;
            }
            slot = -1;
            return false;
        }

        public Table Grown(int maxProbes)
        {
            var larger = new Table(Slots.Length * 2) { Count = Count };
            Entries.AsSpan(0, Count).CopyTo(larger.Entries);
            for (var entry = 0; entry < Count; entry++)
            {
                if (larger.TryFindFree(Entries[entry].Hash, maxProbes, out var slot))
                    larger.Slots[slot] = entry + 1;
            }
            return larger;
        }
    }
}
