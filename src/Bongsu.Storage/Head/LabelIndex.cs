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
        if (!TrySelectNamed(matchers, passing))
            return passing;
        ulong[]? one = null;
        foreach (var matcher in matchers)
        {
            if (IsNamed(matcher))
                continue;
            if (one is null)
                one = new ulong[passing.Length];
            else
                Array.Clear(one);
            var excludes = matcher.MatchesEmpty;
            if (_lookup.TryGetValue(matcher.NameUtf8.Span, out var values))
                values.Mark(matcher, !excludes, one);
            for (var i = 0; i < one.Length; i++)
                passing[i] &= excludes ? ~one[i] : one[i];
        }
        return passing;
    }

    private static bool IsNamed(LabelMatcher matcher) => matcher.Type == Telemetry.Labels.MatchType.Equal && !matcher.MatchesEmpty;

    /// <summary>Sets the bits of the series that have every value which a matcher names, all bits when none names one; false: there are no such series.</summary>
    private bool TrySelectNamed(IReadOnlyList<LabelMatcher> matchers, ulong[] passing)
    {
        var lists = new List<Postings>();
        foreach (var matcher in matchers)
        {
            if (!IsNamed(matcher))
                continue;
            if (!_lookup.TryGetValue(matcher.NameUtf8.Span, out var values) || !values.TryFind(matcher.Value, out var ids))
                return false;
            lists.Add(ids);
        }
        if (lists.Count == 0)
        {
            Array.Fill(passing, ulong.MaxValue);
            if ((_count & 63) != 0)
                passing[^1] = (1UL << (_count & 63)) - 1;
            return true;
        }
        lists.Sort((x, y) => x.Count.CompareTo(y.Count));
        lists[0].Set(passing);
        foreach (var ids in CollectionsMarshal.AsSpan(lists)[1..])
            ids.Keep(lists[0], passing);
        return true;
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

        public bool TryFind(string value, out Postings ids) => _postings.TryGetValue(System.Text.Encoding.UTF8.GetBytes(value), out ids);

        /// <summary>Sets the bits of series whose value matches (or, wanted false, does not).</summary>
        public void Mark(LabelMatcher matcher, bool wanted, ulong[] bits)
        {
            foreach (var (value, ids) in _postings)
            {
                if (matcher.Matches(value) == wanted)
                    ids.Set(bits);
            }
        }
    }
}
