namespace Bongsu.AspNetCore.Export;

/// <summary>How long to wait before the next attempt.</summary>
internal static class RetryDelay
{
    /// <summary>What the server asked for, else 1 s doubled each time, both up to <paramref name="max"/>; less up to half by <paramref name="jitter"/> (0 to 1).</summary>
    public static TimeSpan After(int attempt, TimeSpan? retryAfter, TimeSpan max, double jitter)
    {
        if (retryAfter is { } asked && asked > TimeSpan.Zero)
            return asked < max ? asked : max;
        // 2^16 s is past every allowed maximum, and the shift stays in range.
        var doubled = TimeSpan.FromSeconds(1 << Math.Min(attempt - 1, 16));
        var bounded = doubled < max ? doubled : max;
        return bounded * (1 - jitter / 2);
    }
}
