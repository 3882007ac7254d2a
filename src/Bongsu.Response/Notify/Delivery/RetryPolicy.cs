namespace Bongsu.Response.Notify.Delivery;

/// <summary>When a failed delivery is tried again. Pure.</summary>
internal static class RetryPolicy
{
    public const int MaxAttempts = 10;
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The wait after an attempt (from 1), doubled each time with up to half of it taken off by chance, so that many groups do not knock at once; null
    /// when it is over, after ten attempts or the group's interval, when the group would speak again anyway.
    /// </summary>
    /// <param name="chance">0..1.</param>
    public static TimeSpan? WaitAfter(int attempt, TimeSpan sinceFirst, TimeSpan groupInterval, double chance)
    {
        if (attempt >= MaxAttempts)
            return null;
        var wait = TimeSpan.FromMilliseconds(Math.Min(Longest.TotalMilliseconds, First.TotalMilliseconds * Math.Pow(2, attempt - 1)));
        wait *= 1 - (chance / 2);
        return sinceFirst + wait > groupInterval ? null : wait;
    }
}
