using System.Runtime.InteropServices;
using Bongsu.Storage.Codecs;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Storage.Head;

/// <summary>Inverted index: label name to value to the ids of the series that have it, ascending. Not thread-safe; the series table locks it.</summary>
internal sealed class LabelIndex
{
    private readonly Dictionary<byte[], LabelValues> _names = new(ByteKeyComparer.Instance);
    private readonly Dictionary<byte[], LabelValues>.AlternateLookup<ReadOnlySpan<byte>> _lookup;
    private int _count;

    public LabelIndex() => _lookup = _names.GetAlternateLookup<ReadOnlySpan<byte>>();

    public Dictionary<byte[], LabelValues> Names => _names;

    /// <summary>Adds the next series; ids count up from 0.</summary>
    public void Add(LabelSet labels)
    {
        foreach (var label in labels)
        {
            if (!_lookup.TryGetValue(label.Name, out var values))
                _lookup[label.Name] = values = new LabelValues();
            values.Add(label.Value, _count);
        }
        _count++;
    }

    public LabelValues? Values(ReadOnlySpan<byte> name) => _lookup.TryGetValue(name, out var values) ? values : null;

    /// <summary>A bit for each series that passes all matchers.</summary>
    public ulong[] Select(IReadOnlyList<LabelMatcher> matchers)
    {
        var passing = new ulong[(_count + 63) / 64];
        Array.Fill(passing, ulong.MaxValue);
        if ((_count & 63) != 0)
            passing[^1] = (1UL << (_count & 63)) - 1;
        var one = new ulong[passing.Length];
        for (var m = 0; m < matchers.Count; m++)
        {
            Array.Clear(one);
            var excludes = matchers[m].MatchesEmpty;
            if (_lookup.TryGetValue(matchers[m].NameUtf8.Span, out var values))
                values.Mark(matchers[m], !excludes, one);
            for (var i = 0; i < one.Length; i++)
                passing[i] &= excludes ? ~one[i] : one[i];
        }
        return passing;
    }

    /// <summary>The values of one label name, each with its series.</summary>
    internal sealed class LabelValues
    {
        private readonly Dictionary<byte[], Postings> _postings = new(ByteKeyComparer.Instance);
        private readonly Dictionary<byte[], Postings>.AlternateLookup<ReadOnlySpan<byte>> _lookup;

        public LabelValues() => _lookup = _postings.GetAlternateLookup<ReadOnlySpan<byte>>();

        public Dictionary<byte[], Postings> Postings => _postings;

        public long TextBytes { get; private set; }

        public void Add(ReadOnlySpan<byte> value, int id)
        {
            ref var ids = ref CollectionsMarshal.GetValueRefOrAddDefault(_lookup, value, out var exists);
            ids.Add(id);
            if (!exists)
                TextBytes += value.Length;
        }

        /// <summary>Sets the bits of series whose value matches (or, wanted false, does not).</summary>
        public void Mark(LabelMatcher matcher, bool wanted, ulong[] bits)
        {
            // Fast path: one value.
            if (wanted && matcher.Type == Telemetry.Labels.MatchType.Equal)
            {
                if (_postings.TryGetValue(System.Text.Encoding.UTF8.GetBytes(matcher.Value), out var ids))
                    ids.Set(bits);
                return;
            }
            foreach (var (value, ids) in _postings)
            {
                if (matcher.Matches(value) == wanted)
                    ids.Set(bits);
            }
        }
    }
}
