using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Query.PromQL.Kernels;

/// <summary>Counts at how many steps there are values.</summary>
internal static class StepCounts
{
    public static void Add(ReadOnlySpan<double> column, Span<long> counts)
    {
        var at = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            // Safety: the column is at least as long as the counts, and the last load or store ends at at + 4 <= counts.Length.
            ref var values = ref MemoryMarshal.GetReference(column[..counts.Length]);
            ref var all = ref MemoryMarshal.GetReference(counts);
            var stale = Vector256.Create(SampleValues.StaleNaNBits);
            for (; at + Vector256<long>.Count <= counts.Length; at += Vector256<long>.Count)
            {
                var isAbsent = Vector256.Equals(Vector256.LoadUnsafe(ref values, (nuint)at).AsInt64(), stale);
                (Vector256.LoadUnsafe(ref all, (nuint)at) + Vector256<long>.One + isAbsent).StoreUnsafe(ref all, (nuint)at);
            }
        }
        AddPlain(column, counts, at);
    }

    public static void AddPlain(ReadOnlySpan<double> column, Span<long> counts, int from = 0)
    {
        for (var i = from; i < counts.Length; i++)
            counts[i] += SampleValues.IsStale(column[i]) ? 0 : 1;
    }
}
