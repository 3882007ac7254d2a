using System.Collections.Concurrent;
using System.Numerics;

namespace Bongsu.Storage.Segments;

/// <summary>
/// The arrays that one reading of a block works with. They are taken back when it is over, so that a scan of many blocks makes no garbage; nothing that outlives the
/// reading may hold one. Not thread-safe: one for each reading.
/// </summary>
internal sealed class BlockBuffers : IDisposable
{
    // As many readings as go on at a time; a block of 8,192 rows takes one to three megabytes.
    private const int MaxIdle = 4;
    private const long MaxKeptBytes = 8 << 20;

    private static readonly ConcurrentBag<BlockBuffers> s_idle = [];

    private readonly Kept<long> _longs = new(exact: true);
    private readonly Kept<int> _ints = new(exact: true);
    private readonly Kept<bool> _bools = new(exact: true);
    private readonly Kept<byte> _bytes = new(exact: false);

    private BlockBuffers() { }

    public static BlockBuffers Rent() => s_idle.TryTake(out var buffers) ? buffers : new BlockBuffers();

    /// <summary>So many numbers, of any value.</summary>
    public long[] Longs(int count) => _longs.Take(count);

    /// <summary>So many numbers, of any value.</summary>
    public int[] Ints(int count) => _ints.Take(count);

    /// <summary>So many times false.</summary>
    public bool[] Bools(int count)
    {
        var bools = _bools.Take(count);
        Array.Clear(bools);
        return bools;
    }

    /// <summary>At least so many bytes, of any value.</summary>
    public byte[] Bytes(int count) => _bytes.Take(count);

    public void Dispose()
    {
        _longs.TakeBack();
        _ints.TakeBack();
        _bools.TakeBack();
        _bytes.TakeBack();
        if (s_idle.Count < MaxIdle && _longs.Items * sizeof(long) + _ints.Items * sizeof(int) + _bools.Items + _bytes.Items <= MaxKeptBytes)
            s_idle.Add(this);
    }

    private sealed class Kept<T>(bool exact)
    {
        private readonly List<T[]> _free = [];
        private readonly List<T[]> _taken = [];

        public long Items { get; private set; }

        public T[] Take(int count)
        {
            for (var i = _free.Count - 1; i >= 0; i--)
            {
                if (exact ? _free[i].Length != count : _free[i].Length < count)
                    continue;
                var found = _free[i];
                _free.RemoveAt(i);
                _taken.Add(found);
                return found;
            }
            var array = GC.AllocateUninitializedArray<T>(exact ? count : (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(4096, count)));
            _taken.Add(array);
            return array;
        }

        public void TakeBack()
        {
            // What this reading had no use for goes: blocks of one size follow each other.
            _free.Clear();
            Items = 0;
            foreach (var array in _taken)
            {
                _free.Add(array);
                Items += array.Length;
            }
            _taken.Clear();
        }
    }
}
