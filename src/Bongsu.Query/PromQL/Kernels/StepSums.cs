using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Query.PromQL.Kernels;

/// <summary>
/// Adds columns up step by step, with compensation, and counts what was there. The same bits as a <see cref="KahanSum"/> a step: what an addition loses is
/// exact either way, and the form used here needs no comparison, so that four steps are added at once.
/// </summary>
internal sealed class StepSums(int steps)
{
    // Hot path: 0.3 ns a step, 0 B/op (see StepSumsBenchmark).
    private readonly double[] _sums = new double[steps];
    private readonly double[] _compensations = new double[steps];
    private readonly long[] _counts = new long[steps];

    public KahanSum this[int step] => new(_sums[step], _compensations[step]);

    public long Count(int step) => _counts[step];

    public void Add(ReadOnlySpan<double> column)
    {
        var at = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            // Safety: all four columns are at least as long as the steps, and the last load or store ends at at + 4 <= steps.
            ref var values = ref MemoryMarshal.GetReference(column[..steps]);
            ref var sums = ref MemoryMarshal.GetArrayDataReference(_sums);
            ref var compensations = ref MemoryMarshal.GetArrayDataReference(_compensations);
            ref var counts = ref MemoryMarshal.GetArrayDataReference(_counts);
            var stale = Vector256.Create(SampleValues.StaleNaNBits);
            for (; at + Vector256<double>.Count <= steps; at += Vector256<double>.Count)
            {
                var value = Vector256.LoadUnsafe(ref values, (nuint)at);
                var sum = Vector256.LoadUnsafe(ref sums, (nuint)at);
                var isAbsent = Vector256.Equals(value.AsInt64(), stale);
                var next = sum + value;
                var part = next - sum;
                var lost = (sum - (next - part)) + (value - part);
                var compensation = Vector256.LoadUnsafe(ref compensations, (nuint)at);
                var isInfinite = Vector256.Equals(Vector256.Abs(next), Vector256.Create(double.PositiveInfinity));
                var compensated = Vector256.AndNot(compensation + lost, isInfinite);
                Vector256.ConditionalSelect(isAbsent.AsDouble(), sum, next).StoreUnsafe(ref sums, (nuint)at);
                Vector256.ConditionalSelect(isAbsent.AsDouble(), compensation, compensated).StoreUnsafe(ref compensations, (nuint)at);
                (Vector256.LoadUnsafe(ref counts, (nuint)at) + Vector256<long>.One + isAbsent).StoreUnsafe(ref counts, (nuint)at);
            }
        }
        AddPlain(column, at);
    }

    public void AddPlain(ReadOnlySpan<double> column, int from = 0)
    {
        for (var i = from; i < steps; i++)
        {
            if (SampleValues.IsStale(column[i]))
                continue;
            var sum = this[i];
            sum.Add(column[i]);
            (_sums[i], _compensations[i]) = (sum.Raw, sum.Compensation);
            _counts[i]++;
        }
    }

    /// <summary>Adds the sums of another part of the same group.</summary>
    public void Add(StepSums other)
    {
        for (var i = 0; i < steps; i++)
        {
            if (other._counts[i] == 0)
                continue;
            var sum = this[i];
            sum.Add(other[i]);
            (_sums[i], _compensations[i]) = (sum.Raw, sum.Compensation);
            _counts[i] += other._counts[i];
        }
    }

    /// <summary>Whether adding the column would make a sum infinite.</summary>
    public bool Overflows(ReadOnlySpan<double> column)
    {
        var at = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            // Safety: both columns are at least as long as the steps, and the last load ends at at + 4 <= steps.
            ref var values = ref MemoryMarshal.GetReference(column[..steps]);
            ref var sums = ref MemoryMarshal.GetArrayDataReference(_sums);
            var infinity = Vector256.Create(double.PositiveInfinity);
            for (; at + Vector256<double>.Count <= steps; at += Vector256<double>.Count)
            {
                var next = Vector256.LoadUnsafe(ref values, (nuint)at) + Vector256.LoadUnsafe(ref sums, (nuint)at);
                if (Vector256.EqualsAny(Vector256.Abs(next), infinity))
                    return true;
            }
        }
        for (; at < steps; at++)
        {
            if (double.IsInfinity(_sums[at] + column[at]))
                return true;
        }
        return false;
    }
}
