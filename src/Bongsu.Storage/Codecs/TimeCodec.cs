namespace Bongsu.Storage.Codecs;

/// <summary>
/// A run of ascending times, in ms: a first time and a step when all are a step apart; else what each is off such a line, or off the step from the one before,
/// whichever is less, bit-packed.
/// </summary>
internal static class TimeCodec
{
    public const byte Constant = 0;
    public const byte OffLine = 1;
    public const byte OffStep = 2;

    /// <summary>Longest run.</summary>
    public const int MaxCount = 1 << 16;

    public static void Put(ByteWriter into, ReadOnlySpan<long> times)
    {
        if (IsConstant(times))
        {
            PutConstant(into, times[0], times.Length > 1 ? times[1] - times[0] : 0);
            return;
        }
        var step = (times[^1] - times[0]) / (times.Length - 1);
        var offLine = System.Buffers.ArrayPool<long>.Shared.Rent(times.Length);
        var offStep = System.Buffers.ArrayPool<long>.Shared.Rent(times.Length);
        for (var i = 1; i < times.Length; i++)
        {
            offLine[i] = times[i] - times[0] - i * step;
            offStep[i] = times[i] - times[i - 1] - step;
        }
        var isOffLine = Range(offLine.AsSpan(1, times.Length - 1)) <= Range(offStep.AsSpan(1, times.Length - 1));
        into.PutByte(isOffLine ? OffLine : OffStep);
        into.PutZigZag(times[0]);
        into.PutZigZag(step);
        BitPacking.Put(into, (isOffLine ? offLine : offStep).AsSpan(1, times.Length - 1));
        System.Buffers.ArrayPool<long>.Shared.Return(offLine);
        System.Buffers.ArrayPool<long>.Shared.Return(offStep);
    }

    public static void PutConstant(ByteWriter into, long first, long step)
    {
        into.PutByte(Constant);
        into.PutZigZag(first);
        into.PutZigZag(step);
    }

    /// <summary>Fills the span; false when the bytes are no times.</summary>
    // Hot path: 0 B/op (see ChunkCodecBenchmark, AllocationTests)
    public static bool TryRead(ref ByteReader reader, scoped Span<long> times)
    {
        var form = reader.ReadByte();
        var time = reader.ReadZigZag();
        var step = reader.ReadZigZag();
        if (reader.Failed || form > OffStep || times.IsEmpty)
            return false;
        times[0] = time;
        // Fast path: nothing but a line.
        if (form == Constant)
        {
            for (var i = 1; i < times.Length; i++)
                times[i] = time += step;
            return true;
        }
        for (var from = 1; from < times.Length; from += BitPacking.GroupSize)
        {
            var group = times.Slice(from, Math.Min(BitPacking.GroupSize, times.Length - from));
            if (!BitPacking.TryReadGroup(ref reader, group))
                return false;
            for (var i = 0; i < group.Length; i++)
            {
                time += form == OffLine ? step : step + group[i];
                group[i] = form == OffLine ? time + group[i] : time;
            }
        }
        return true;
    }

    private static bool IsConstant(ReadOnlySpan<long> times)
    {
        for (var i = 2; i < times.Length; i++)
        {
            if (times[i] - times[i - 1] != times[1] - times[0])
                return false;
        }
        return true;
    }

    private static ulong Range(ReadOnlySpan<long> numbers)
    {
        var (min, max) = (long.MaxValue, long.MinValue);
        foreach (var number in numbers)
            (min, max) = (Math.Min(min, number), Math.Max(max, number));
        return (ulong)(max - min);
    }
}
