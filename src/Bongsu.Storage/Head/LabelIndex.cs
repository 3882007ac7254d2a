using System.Numerics;
using Bongsu.Storage.Codecs;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Storage.Head;

/// <summary>Inverted index: label name to value to the ids of the series that have it, ascending. Not thread-safe; the head locks it.</summary>
internal sealed class LabelIndex
{
    private readonly Dictionary<byte[], Values> _names = new(ByteKeyComparer.Instance);
    private readonly Dictionary<byte[], Values>.AlternateLookup<ReadOnlySpan<byte>> _lookup;
    private int _count;

    public LabelIndex() => _lookup = _names.GetAlternateLookup<ReadOnlySpan<byte>>();

    /// <summary>Adds the next series; ids count up from 0.</summary>
    public void Add(LabelSet labels)
    {
        foreach (var label in labels)
        {
            if (!_lookup.TryGetValue(label.Name, out var values))
                _lookup[label.Name] = values = new Values();
            values.Add(label.Value, _count);
        }
        _count++;
    }

    /// <summary>Ids of the series that pass all matchers, ascending.</summary>
    public List<int> Select(IReadOnlyList<LabelMatcher> matchers)
    {
        var passing = new ulong[(_count + 63) / 64];
        Array.Fill(passing, ulong.MaxValue);
        var one = new ulong[passing.Length];
        foreach (var matcher in matchers)
        {
            Array.Clear(one);
            var excludes = matcher.MatchesEmpty;
            if (_lookup.TryGetValue(matcher.NameUtf8.Span, out var values))
                values.Mark(matcher, !excludes, one);
            for (var i = 0; i < one.Length; i++)
                passing[i] &= excludes ? ~one[i] : one[i];
        }
        var ids = new List<int>();
        for (var i = 0; i < passing.Length; i++)
        {
            for (var word = passing[i]; word != 0; word &= word - 1)
            {
                var id = i * 64 + BitOperations.TrailingZeroCount(word);
                if (id < _count)
                    ids.Add(id);
            }
        }
        return ids;
    }

    private sealed class Values
    {
        private readonly Dictionary<byte[], List<int>> _postings = new(ByteKeyComparer.Instance);
        private readonly Dictionary<byte[], List<int>>.AlternateLookup<ReadOnlySpan<byte>> _lookup;

        public Values() => _lookup = _postings.GetAlternateLookup<ReadOnlySpan<byte>>();

        public void Add(ReadOnlySpan<byte> value, int id)
        {
            if (!_lookup.TryGetValue(value, out var ids))
                _lookup[value] = ids = [];
            ids.Add(id);
        }

        /// <summary>Sets the bits of series whose value matches (or, wanted false, does not).</summary>
        public void Mark(LabelMatcher matcher, bool wanted, ulong[] bits)
        {
            // Fast path: one value.
            if (wanted && matcher.Type == Telemetry.Labels.MatchType.Equal)
            {
                if (_postings.TryGetValue(System.Text.Encoding.UTF8.GetBytes(matcher.Value), out var ids))
                    Set(ids, bits);
                return;
            }
            foreach (var (value, ids) in _postings)
            {
                if (matcher.Matches(value) == wanted)
                    Set(ids, bits);
            }
        }

        private static void Set(List<int> ids, ulong[] bits)
        {
            foreach (var id in ids)
                bits[id >> 6] |= 1UL << (id & 63);
        }
    }
}
