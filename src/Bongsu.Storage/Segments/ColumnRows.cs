using System.Numerics;
using System.Runtime.CompilerServices;

namespace Bongsu.Storage.Segments;

/// <summary>Rows that a column is asked about, and which of its values each has.</summary>
/// <param name="rows">Rows asked about; all of them have a value in the column.</param>
/// <param name="having">Rows that have a value, ranked; null: all rows of the block.</param>
internal readonly ref struct ColumnRows(RowSet rows, RowSet? having)
{
    public RowSet Rows => rows;

    /// <summary>Whether they are all rows of the block, so that a row's value has the row's number.</summary>
    public bool AreAll => having is null && rows.IsFull;

    /// <summary>The number of a row's value in the column.</summary>
    public int Index(int row) => having is null ? row : having.Rank(row);

    // Hot path: 0 B/op (see JsonColumnsBenchmark).
    /// <summary>Adds the rows whose value passes a test.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Collect<TTest>(scoped TTest test, RowSet passed) where TTest : struct, IValueTest, allows ref struct
    {
        for (var i = 0; i < rows.WordCount; i++)
        {
            var word = rows.Word(i);
            if (word == 0)
                continue;
            var (bits, first) = (0UL, i * 64);
            // Fast path: all of 64 rows.
            if (word == ulong.MaxValue && having is null)
            {
                for (var bit = 0; bit < 64; bit++)
                    bits |= (test.Passes(first + bit) ? 1UL : 0UL) << bit;
            }
            else
            {
                for (; word != 0; word &= word - 1)
                {
                    var bit = BitOperations.TrailingZeroCount(word);
                    bits |= (test.Passes(Index(first + bit)) ? 1UL : 0UL) << bit;
                }
            }
            passed.AddWord(i, bits);
        }
    }
}
