using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Query.PromQL.Kernels;

/// <summary>Questions about whole columns, answered four entries at a time. Each has a plain twin, and a property test holds the two to one answer.</summary>
internal static class SampleScan
{
    /// <summary>Whether no value falls below the one before it; a NaN among two or more values is no.</summary>
    public static bool IsMonotonic(ReadOnlySpan<double> values)
    {
        var at = 1;
        if (Vector256.IsHardwareAccelerated)
        {
            // Safety: the later of the two loads ends at at + 4 <= Length.
            ref var start = ref MemoryMarshal.GetReference(values);
            for (; at + Vector256<double>.Count <= values.Length; at += Vector256<double>.Count)
            {
                var now = Vector256.LoadUnsafe(ref start, (nuint)at);
                var before = Vector256.LoadUnsafe(ref start, (nuint)(at - 1));
                if (!Vector256.GreaterThanOrEqualAll(now, before))
                    return false;
            }
        }
        return IsMonotonicPlain(values, at);
    }

    /// <summary>Whether all times are one interval apart.</summary>
    public static bool IsEven(ReadOnlySpan<long> times)
    {
        if (times.Length < 2)
            return true;
        var interval = times[1] - times[0];
        var at = 1;
        if (Vector256.IsHardwareAccelerated)
        {
            // Safety: the later of the two loads ends at at + 4 <= Length.
            ref var start = ref MemoryMarshal.GetReference(times);
            var wanted = Vector256.Create(interval);
            for (; at + Vector256<long>.Count <= times.Length; at += Vector256<long>.Count)
            {
                if (Vector256.LoadUnsafe(ref start, (nuint)at) - Vector256.LoadUnsafe(ref start, (nuint)(at - 1)) != wanted)
                    return false;
            }
        }
        return IsEvenPlain(times, at, interval);
    }

    /// <summary>Whether a staleness marker is among the values.</summary>
    public static bool HasStale(ReadOnlySpan<double> values) => MemoryMarshal.Cast<double, long>(values).Contains(SampleValues.StaleNaNBits);

    /// <summary>Whether any value is there that is no staleness marker.</summary>
    public static bool HasAny(ReadOnlySpan<double> values) => MemoryMarshal.Cast<double, long>(values).ContainsAnyExcept(SampleValues.StaleNaNBits);

    /// <summary>How many values are there that are no staleness markers.</summary>
    public static int CountAny(ReadOnlySpan<double> values) => values.Length - MemoryMarshal.Cast<double, long>(values).Count(SampleValues.StaleNaNBits);

    public static bool IsMonotonicPlain(ReadOnlySpan<double> values, int from = 1)
    {
        for (var i = from; i < values.Length; i++)
        {
            if (!(values[i] >= values[i - 1]))
                return false;
        }
        return true;
    }

    public static bool IsEvenPlain(ReadOnlySpan<long> times, int from, long interval)
    {
        for (var i = from; i < times.Length; i++)
        {
            if (times[i] - times[i - 1] != interval)
                return false;
        }
        return true;
    }
}
