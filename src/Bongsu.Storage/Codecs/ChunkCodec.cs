using Bongsu.Telemetry.Events;

namespace Bongsu.Storage.Codecs;

/// <summary>A run of float samples of one series: count, times, values. Every bit comes back.</summary>
internal static class ChunkCodec
{
    /// <summary>Appends samples; there must be at least one.</summary>
    // Hot path: 0 B/op (see ChunkCodecBenchmark, AllocationTests)
    public static void Put(ByteWriter into, ReadOnlySpan<long> times, ReadOnlySpan<double> values, bool withSummary)
    {
        into.PutVarint((ulong)times.Length);
        TimeCodec.Put(into, times);
        ValueCodec.Put(into, values, withSummary);
    }

    /// <summary>Appends what a chunk holds; false, and nothing appended, when the bytes are none.</summary>
    public static bool TryRead(ref ByteReader reader, Column<long> times, Column<double> values)
    {
        var count = reader.ReadInt(TimeCodec.MaxCount);
        if (reader.Failed || count == 0)
            return false;
        var before = times.Count;
        if (TimeCodec.TryRead(ref reader, times.Take(count)) && ValueCodec.TryRead(ref reader, values.Take(count)))
            return true;
        times.Truncate(before);
        values.Truncate(before);
        return false;
    }
}
