namespace Bongsu.Ingest.Pipeline.Budgets;

/// <summary>What one service sends of one signal: on this day, and in all. Not thread-safe but for what is said: the owner locks.</summary>
internal sealed class VolumeUse(string service, Signal signal)
{
    private long _bytes;
    private long _records;

    public string Service { get; } = service;

    public Signal Signal { get; } = signal;

    /// <summary>Start of the day that is counted, ms since the epoch.</summary>
    public long DayMs { get; private set; }

    /// <summary>Of the day. May be read without the lock.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Of the day. May be read without the lock.</summary>
    public long Records => Volatile.Read(ref _records);

    public long SampledOut { get; private set; }

    public long Refused { get; private set; }

    /// <summary>May be read without the lock; see <see cref="VolumeTable.Rules"/>.</summary>
    public DailyBudget Budget { get; set; } = DailyBudget.None;

    /// <summary>Why records beyond the budget are refused, in words; the same object for all of a day.</summary>
    public string? Refusal { get; set; }

    public void Add(long bytes, long records)
    {
        Volatile.Write(ref _bytes, _bytes + bytes);
        Volatile.Write(ref _records, _records + records);
    }

    public void Drop(long sampledOut, long refused)
    {
        SampledOut += sampledOut;
        Refused += refused;
    }

    /// <summary>Begins a day, whichever way the clock went.</summary>
    public void Turn(long dayMs)
    {
        if (dayMs == DayMs)
            return;
        DayMs = dayMs;
        Volatile.Write(ref _bytes, 0);
        Volatile.Write(ref _records, 0);
        (SampledOut, Refused, Refusal) = (0, 0, null);
    }
}
