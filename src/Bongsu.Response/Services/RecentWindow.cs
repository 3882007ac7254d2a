namespace Bongsu.Response.Services;

/// <summary>
/// The time that figures of "now" are of: the last twelfth of the time looked at, 1 to 5 minutes. A service younger than that is counted over the
/// longest step that it has filled, so that its rates are not thinned by time in which it did not exist; steps, so that services of different
/// age can still be asked for together.
/// </summary>
internal static class RecentWindow
{
    private const long MinMs = 60_000;
    private const long MaxMs = 300_000;
    private static readonly long[] Steps = [240_000, 180_000, 120_000, 90_000, 60_000, 30_000, 15_000];

    /// <param name="firstMs">The first sample of the service within the time.</param>
    /// <param name="intervalMs">The interval at which its samples come; a rate needs four of them.</param>
    public static long Ms(long fromMs, long toMs, long firstMs, long intervalMs)
    {
        var windowMs = Math.Clamp((toMs - fromMs) / 12 / 1000 * 1000, MinMs, MaxMs);
        var ageMs = toMs - firstMs;
        if (ageMs < windowMs)
            windowMs = Array.Find(Steps, step => step <= ageMs) is > 0 and var filled ? filled : Steps[^1];
        return Math.Max(windowMs, 4 * intervalMs);
    }
}
