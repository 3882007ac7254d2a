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
    // Of 8,192 rows, with their ranks.
    private const int SetBytes = 1600;

    private static readonly ConcurrentBag<BlockBuffers> s_idle = [];

    private readonly Kept<long> _longs = new();
    private readonly Kept<int> _ints = new();
    private readonly Kept<byte> _bytes = new();
    private readonly List<RowSet> _sets = [];
    private int _setsTaken;
    private readonly List<PackedLongs> _packed = [];
    private int _packedTaken;

    private BlockBuffers() { }

    public static BlockBuffers Rent() => s_idle.TryTake(out var buffers) ? buffers : new BlockBuffers();

    /// <summary>At least so many numbers, of any value.</summary>
    public long[] Longs(int count) => _longs.Take(count);

    /// <summary>At least so many numbers, of any value.</summary>
    public int[] Ints(int count) => _ints.Take(count);

    /// <summary>A set of none of so many rows.</summary>
    public RowSet Set(int rows)
    {
        if (_setsTaken == _sets.Count)
            _sets.Add(new RowSet());
        return _sets[_setsTaken++].Clear(rows);
    }

    /// <summary>Numbers to be filled in.</summary>
    public PackedLongs Packed()
    {
        if (_packedTaken == _packed.Count)
            _packed.Add(new PackedLongs());
        return _packed[_packedTaken++];
    }

    /// <summary>At least so many bytes, of any value.</summary>
    public byte[] Bytes(int count) => _bytes.Take(count);

    public void Dispose()
    {
        _longs.TakeBack();
        _ints.TakeBack();
        (_setsTaken, _packedTaken) = (0, 0);
        _bytes.TakeBack();
        if (s_idle.Count < MaxIdle && _longs.Items * sizeof(long) + _ints.Items * sizeof(int) + _bytes.Items + _sets.Count * SetBytes <= MaxKeptBytes)
            s_idle.Add(this);
    }

    private sealed class Kept<T>
    {
        private const int MinLength = 128;

        // By the power of two that their length is.
        private readonly Stack<T[]>?[] _free = new Stack<T[]>?[32];
        private readonly List<T[]> _taken = [];

        public long Items { get; private set; }

        public T[] Take(int count)
        {
            var power = BitOperations.Log2(BitOperations.RoundUpToPowerOf2((uint)Math.Max(MinLength, count)));
            if (_free[power] is not { } free || !free.TryPop(out var array))
                array = GC.AllocateUninitializedArray<T>(1 << power);
            _taken.Add(array);
            return array;
        }

        public void TakeBack()
        {
            // What this reading had no use for goes: blocks of one size follow each other.
            foreach (var free in _free)
                free?.Clear();
            Items = 0;
            foreach (var array in _taken)
            {
                (_free[BitOperations.Log2((uint)array.Length)] ??= new Stack<T[]>()).Push(array);
                Items += array.Length;
            }
            _taken.Clear();
        }
    }
}
