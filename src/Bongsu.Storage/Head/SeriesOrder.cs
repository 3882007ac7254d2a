using System.Numerics;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Storage.Head;

/// <summary>
/// The ids of a series table in ascending order of their label bytes. Sorted once; series that came since are sorted in when enough is selected to be worth
/// it. Not thread-safe; the table locks it.
/// </summary>
internal sealed class SeriesOrder
{
    // Sorting a selection costs its own size times its logarithm; walking all costs all. Below this share the selection is sorted.
    private const int WalkShare = 16;

    private int[] _order = [];

    public int[] Sorted(ulong[] bits, LabelSet[] labels, int count)
    {
        var selected = 0;
        foreach (var word in bits)
            selected += BitOperations.PopCount(word);
        var ids = new int[selected];
        if (selected < count / WalkShare)
        {
            Collect(bits, ids);
            Sort(ids, labels);
            return ids;
        }
        if (_order.Length < count)
            Extend(labels, count);
        var at = 0;
        foreach (var id in _order)
        {
            if (id >> 6 < bits.Length && (bits[id >> 6] >> (id & 63) & 1) != 0)
                ids[at++] = id;
        }
        return ids;
    }

    private static void Collect(ulong[] bits, int[] ids)
    {
        var at = 0;
        for (var i = 0; i < bits.Length; i++)
        {
            for (var word = bits[i]; word != 0; word &= word - 1)
                ids[at++] = i * 64 + BitOperations.TrailingZeroCount(word);
        }
    }

    private static void Sort(int[] ids, LabelSet[] labels) => ids.AsSpan().Sort(new ByLabels(labels));

    private void Extend(LabelSet[] labels, int count)
    {
        var added = new int[count - _order.Length];
        for (var i = 0; i < added.Length; i++)
            added[i] = _order.Length + i;
        Sort(added, labels);
        var merged = new int[count];
        var (left, right) = (0, 0);
        for (var i = 0; i < count; i++)
        {
            var takesLeft = right == added.Length || (left < _order.Length && labels[_order[left]].Bytes.SequenceCompareTo(labels[added[right]].Bytes) < 0);
            merged[i] = takesLeft ? _order[left++] : added[right++];
        }
        _order = merged;
    }

    private readonly struct ByLabels(LabelSet[] labels) : IComparer<int>
    {
        public int Compare(int x, int y) => labels[x].Bytes.SequenceCompareTo(labels[y].Bytes);
    }
}
