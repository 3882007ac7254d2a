namespace Bongsu.Ingest.Scrape.Exposed;

/// <summary>Known lines by their text: open addressing, at most half full. Not thread-safe.</summary>
internal sealed class LineTable
{
    private const int FirstSlots = 64;

    private KnownLine?[] _slots = new KnownLine?[FirstSlots];

    public int Count { get; private set; }

    public KnownLine? Find(ReadOnlySpan<byte> text, ulong hash)
    {
        var mask = _slots.Length - 1;
        for (var slot = (int)hash & mask; _slots[slot] is { } line; slot = (slot + 1) & mask)
        {
            if (line.Hash == hash && text.SequenceEqual(line.Text))
                return line;
        }
        return null;
    }

    /// <summary>Adds a line whose text is not there yet.</summary>
    public void Add(KnownLine line)
    {
        if ((Count + 1) * 2 > _slots.Length)
            Rebuild(_slots.Length * 2, onlyScrape: 0);
        Place(line);
    }

    /// <summary>Forgets all lines but those of one scrape.</summary>
    public void Keep(long scrape)
    {
        var kept = 0;
        foreach (var line in _slots)
            kept += line?.LastScrape == scrape ? 1 : 0;
        Rebuild((int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(FirstSlots, kept * 2 + 2)), scrape);
    }

    private void Rebuild(int slots, long onlyScrape)
    {
        var old = _slots;
        _slots = new KnownLine?[slots];
        Count = 0;
        foreach (var line in old)
        {
            if (line is null || (onlyScrape > 0 && line.LastScrape != onlyScrape))
                continue;
            // Why: a chain of guesses must not keep forgotten lines alive.
            if (onlyScrape > 0 && line.Next?.LastScrape != onlyScrape)
                line.Next = null;
            Place(line);
        }
    }

    private void Place(KnownLine line)
    {
        var mask = _slots.Length - 1;
        var slot = (int)line.Hash & mask;
        while (_slots[slot] is not null)
            slot = (slot + 1) & mask;
        _slots[slot] = line;
        Count++;
    }
}
