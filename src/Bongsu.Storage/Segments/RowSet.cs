using System.Numerics;

namespace Bongsu.Storage.Segments;

/// <summary>Some of the rows of a block, a bit each. Reusable through <see cref="Clear"/>; not thread-safe.</summary>
internal sealed class RowSet
{
    private const int WordBits = 64;

    private ulong[] _words = [];
    private int[] _before = [];
    private int _rows;

    private Span<ulong> Words => _words.AsSpan(0, (_rows + WordBits - 1) / WordBits);

    /// <summary>Bits of the rows from 64 × index on.</summary>
    public ulong Word(int index) => _words[index];

    public int WordCount => (_rows + WordBits - 1) / WordBits;

    public int Rows => _rows;

    public bool IsEmpty => Words.IndexOfAnyExcept(0UL) < 0;

    public bool IsFull => Count() == _rows;

    /// <summary>Makes it a set of none of so many rows.</summary>
    public RowSet Clear(int rows)
    {
        _rows = rows;
        if (_words.Length < WordCount)
            (_words, _before) = (new ulong[WordCount], new int[WordCount]);
        Words.Clear();
        return this;
    }

    public void Fill() => AddRange(0, _rows);

    public bool Has(int row) => (_words[row / WordBits] >> (row % WordBits) & 1) != 0;

    public void Add(int row) => _words[row / WordBits] |= 1UL << (row % WordBits);

    public void AddRange(int from, int count)
    {
        for (var (row, to) = (from, from + count); row < to;)
        {
            var bits = Math.Min(WordBits - row % WordBits, to - row);
            _words[row / WordBits] |= ulong.MaxValue >> (WordBits - bits) << (row % WordBits);
            row += bits;
        }
    }

    /// <summary>Adds rows from 64 × index on.</summary>
    public void AddWord(int index, ulong bits) => _words[index] |= bits;

    public void Remove(int row) => _words[row / WordBits] &= ~(1UL << (row % WordBits));

    public void Add(RowSet other)
    {
        for (var i = 0; i < WordCount; i++)
            _words[i] |= other._words[i];
    }

    public void Keep(RowSet other)
    {
        for (var i = 0; i < WordCount; i++)
            _words[i] &= other._words[i];
    }

    public void Remove(RowSet other)
    {
        for (var i = 0; i < WordCount; i++)
            _words[i] &= ~other._words[i];
    }

    public void CopyFrom(RowSet other) => other.Words.CopyTo(Clear(other._rows).Words);

    public int Count()
    {
        var count = 0;
        foreach (var word in Words)
            count += BitOperations.PopCount(word);
        return count;
    }

    /// <summary>The first row of the set from one on; -1: none.</summary>
    public int Next(int from)
    {
        if (from >= _rows)
            return -1;
        var word = _words[from / WordBits] & ulong.MaxValue << (from % WordBits);
        for (var i = from / WordBits; ;)
        {
            if (word != 0)
                return i * WordBits + BitOperations.TrailingZeroCount(word);
            if (++i == WordCount)
                return -1;
            word = _words[i];
        }
    }

    /// <summary>Makes <see cref="Rank"/> answer of the set as it is now.</summary>
    public void BeginRanks()
    {
        var count = 0;
        for (var i = 0; i < WordCount; i++)
        {
            _before[i] = count;
            count += BitOperations.PopCount(_words[i]);
        }
    }

    /// <summary>How many rows of the set are before one.</summary>
    public int Rank(int row) => _before[row / WordBits] + BitOperations.PopCount(_words[row / WordBits] & ((1UL << (row % WordBits)) - 1));
}
