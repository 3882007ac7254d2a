namespace Bongsu.Storage.Head;

/// <summary>Ids of series in ascending order, with room for one in place: most values of a label that names things belong to one series.</summary>
internal struct Postings
{
    private int _first;
    private int[]? _more;

    public int Count { get; private set; }

    public readonly int this[int index] => index == 0 ? _first : _more![index - 1];

    public void Add(int id)
    {
        if (Count == 0)
            _first = id;
        else if (_more is null)
            _more = [id];
        else
            Append(id);
        Count++;
    }

    /// <summary>Sets the bit of each id.</summary>
    public readonly void Set(ulong[] bits)
    {
        if (Count == 0)
            return;
        Set(bits, _first);
        for (var i = 0; i < Count - 1; i++)
            Set(bits, _more![i]);
    }

    /// <summary>
    /// Clears the bits of those candidates that are not among the ids. What it costs is for the candidates: this list is stepped through in strides that double.
    /// </summary>
    public readonly void Keep(Postings candidates, ulong[] bits)
    {
        var at = 0;
        for (var i = 0; i < candidates.Count; i++)
        {
            var id = candidates[i];
            if (!IsSet(bits, id))
                continue;
            at = FirstNotBelow(id, at);
            if (at == Count || this[at] != id)
                bits[id >> 6] &= ~(1UL << (id & 63));
        }
    }

    private readonly int FirstNotBelow(int id, int from)
    {
        var (low, stride) = (from, 1);
        while (low + stride < Count && this[low + stride] < id)
        {
            low += stride;
            stride *= 2;
        }
        var high = Math.Min(Count, low + stride);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (this[middle] < id)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    /// <summary>Whether the bit of any id is set.</summary>
    public readonly bool Intersects(ulong[] bits)
    {
        if (Count > 0 && IsSet(bits, _first))
            return true;
        for (var i = 0; i < Count - 1; i++)
        {
            if (IsSet(bits, _more![i]))
                return true;
        }
        return false;
    }

    private static void Set(ulong[] bits, int id) => bits[id >> 6] |= 1UL << (id & 63);

    private static bool IsSet(ulong[] bits, int id) => id >> 6 < bits.Length && (bits[id >> 6] >> (id & 63) & 1) != 0;

    private void Append(int id)
    {
        if (Count - 1 == _more!.Length)
            Array.Resize(ref _more, _more.Length < 8 ? 8 : _more.Length + _more.Length / 2);
        _more[Count - 1] = id;
    }
}
