using System.Runtime.InteropServices;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>Step columns that no query uses, by their length, up to a number of bytes; past it those of the length that was asked for the longest ago go. Thread-safe.</summary>
internal sealed class StepColumnPool
{
    // Why: what the largest of usual queries holds at a time; columns past it are the collector's.
    private const long MaxBytes = 16 << 20;

    private const long MaxColumnBytes = MaxBytes / 16;

    private readonly Lock _lock = new();
    private readonly Dictionary<int, Shelf> _shelves = [];
    private long _uses;

    /// <summary>Bytes of the columns that lie here.</summary>
    public long FreeBytes { get; private set; }

    /// <summary>A column as it was left; null when there is none of the length.</summary>
    public double[]? Take(int length)
    {
        lock (_lock)
        {
            if (!_shelves.TryGetValue(length, out var shelf))
                return null;
            shelf.Used = ++_uses;
            if (!shelf.Columns.TryPop(out var column))
                return null;
            FreeBytes -= Bytes(length);
            return column;
        }
    }

    /// <summary>Takes a column that nobody looks at any more.</summary>
    public void Give(double[] column)
    {
        var bytes = Bytes(column.Length);
        if (bytes > MaxColumnBytes)
            return;
        lock (_lock)
        {
            while (FreeBytes + bytes > MaxBytes)
            {
                if (!TryClearOldest(except: column.Length))
                    return;
            }
            ref var shelf = ref CollectionsMarshal.GetValueRefOrAddDefault(_shelves, column.Length, out _);
            shelf ??= new Shelf { Used = ++_uses };
            shelf.Columns.Push(column);
            FreeBytes += bytes;
        }
    }

    private bool TryClearOldest(int except)
    {
        var (oldest, used) = (except, long.MaxValue);
        foreach (var (length, shelf) in _shelves)
        {
            if (length != except && shelf.Used < used)
                (oldest, used) = (length, shelf.Used);
        }
        if (oldest == except || !_shelves.Remove(oldest, out var cleared))
            return false;
        FreeBytes -= cleared.Columns.Count * Bytes(oldest);
        return true;
    }

    // With what an array has besides its numbers.
    private static long Bytes(int length) => 24 + length * 8L;

    private sealed class Shelf
    {
        public Stack<double[]> Columns { get; } = [];

        public long Used { get; set; }
    }
}
