using System.Runtime.InteropServices;
using Bongsu.Storage.Codecs;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Storage.Blocks;

/// <summary>Gathers, while series come in order, which series have which label: name to value to runs of series numbers.</summary>
internal sealed class PostingsWriter
{
    private readonly Dictionary<byte[], Dictionary<byte[], Runs>> _names = new(ByteKeyComparer.Instance);
    private readonly ByteWriter _list = new();

    public void Add(LabelSet labels, int series)
    {
        foreach (var label in labels)
        {
            var names = _names.GetAlternateLookup<ReadOnlySpan<byte>>();
            ref var values = ref CollectionsMarshal.GetValueRefOrAddDefault(names, label.Name, out _);
            values ??= new Dictionary<byte[], Runs>(ByteKeyComparer.Instance);
            ref var runs = ref CollectionsMarshal.GetValueRefOrAddDefault(values.GetAlternateLookup<ReadOnlySpan<byte>>(), label.Value, out _);
            runs ??= new Runs();
            runs.Add(series);
        }
    }

    /// <summary>Writes all postings, one page after the other: the page's name and first value, and its bytes.</summary>
    public void Put(int pageBytes, Action<byte[], byte[], ByteWriter> page)
    {
        foreach (var name in Sorted(_names.Keys))
        {
            var values = _names[name];
            var sorted = Sorted(values.Keys);
            var builder = new ByteWriter();
            for (var from = 0; from < sorted.Length;)
            {
                builder.Clear();
                var end = from;
                while (end < sorted.Length && builder.Length < pageBytes)
                {
                    PostingsPage.PutValue(builder, end > from ? sorted[end - 1] : [], sorted[end], List(values[sorted[end]]));
                    end++;
                }
                var bytes = new ByteWriter(builder.Length + name.Length + 16);
                PostingsPage.Put(bytes, name, end - from, builder.Written);
                page(name, sorted[from], bytes);
                from = end;
            }
        }
    }

    private static byte[][] Sorted(ICollection<byte[]> texts)
    {
        var sorted = new byte[texts.Count][];
        texts.CopyTo(sorted, 0);
        Array.Sort(sorted, ByteOrder.Instance);
        return sorted;
    }

    private ReadOnlySpan<byte> List(Runs runs)
    {
        _list.Clear();
        var next = 0;
        for (var i = 0; i < runs.Count; i++)
        {
            var (start, length) = runs[i];
            // A series alone costs one number, a run of them two.
            _list.PutVarint((ulong)(start - next) << 1 | (length > 1 ? 1u : 0u));
            if (length > 1)
                _list.PutVarint((ulong)length - 2);
            next = start + length;
        }
        return _list.Written;
    }

    /// <summary>Series numbers in ascending order as runs; the first without a list of its own.</summary>
    private sealed class Runs
    {
        private (int Start, int Length) _last;
        private List<(int Start, int Length)>? _before;

        public int Count => (_before?.Count ?? 0) + 1;

        public (int Start, int Length) this[int index] => index == Count - 1 ? _last : _before![index];

        public void Add(int series)
        {
            if (_last.Length == 0)
                _last = (series, 1);
            else if (_last.Start + _last.Length == series)
                _last.Length++;
            else if (_last.Start + _last.Length < series)
            {
                (_before ??= []).Add(_last);
                _last = (series, 1);
            }
        }
    }

    private sealed class ByteOrder : IComparer<byte[]>
    {
        public static readonly ByteOrder Instance = new();

        public int Compare(byte[]? x, byte[]? y) => x.AsSpan().SequenceCompareTo(y);
    }
}
