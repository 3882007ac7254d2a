using System.Runtime.CompilerServices;

namespace Bongsu.Ingest.Pipeline.Limits;

/// <summary>How often something happened within the last hour, at a precision of five minutes. Not thread-safe.</summary>
internal sealed class HourCount
{
    private const int Slots = 12;
    private const int SlotSeconds = 300;

    private Counts _counts;
    private int _slot;

    public void Add(long nowSeconds)
    {
        Turn(nowSeconds);
        _counts[_slot % Slots]++;
    }

    public long Sum(long nowSeconds)
    {
        Turn(nowSeconds);
        long sum = 0;
        foreach (var count in _counts)
            sum += count;
        return sum;
    }

    private void Turn(long nowSeconds)
    {
        var slot = (int)(nowSeconds / SlotSeconds);
        for (var passed = Math.Max(_slot + 1, slot - Slots + 1); passed <= slot; passed++)
            _counts[passed % Slots] = 0;
        _slot = Math.Max(_slot, slot);
    }

    [InlineArray(Slots)]
    private struct Counts
    {
        private int _first;
    }
}
