using System.Globalization;

namespace Bongsu.Server.Api.Operations;

/// <summary>When the disk limit is reached at today's growth, if ever.</summary>
/// <param name="State"><c>reached</c>, <c>never</c> or <c>tooLittleHistory</c>.</param>
/// <param name="LimitedBy"><c>diskLimit</c> or <c>freeSpace</c>, whichever is lower.</param>
/// <param name="LimitBytes">The limit: what is set, or what there is and what is free.</param>
/// <param name="AtMs">When it is reached.</param>
/// <param name="SteadyBytes">What retention lets it grow to; null: without end, or unknown.</param>
/// <param name="HistoryDays">What the growth is known from.</param>
/// <param name="Sentence">All of it in words.</param>
internal sealed record StorageForecast(string State, string LimitedBy, long LimitBytes, long? AtMs, long? SteadyBytes, double HistoryDays, string Sentence)
{
    private const double DayMs = 86_400_000;

    // Further ahead, today's growth says nothing.
    private const double MostDays = 3_650;

    /// <param name="LimitSetBytes">Zero: none is set.</param>
    /// <param name="FreeBytes">Beside what is used.</param>
    /// <param name="UsedBytes">All there is.</param>
    /// <param name="LimitedBytes">As much of it as counts against the limit that is set.</param>
    /// <param name="HistoryDays">What the growth is known from; less than one is too little.</param>
    public sealed record Inputs(long LimitSetBytes, long FreeBytes, long UsedBytes, long LimitedBytes, double HistoryDays);

    public static StorageForecast Of(Inputs inputs, IReadOnlyList<StorageGrowth> growth, long nowMs)
    {
        var spaceLeft = inputs.FreeBytes;
        var limitLeft = inputs.LimitSetBytes > 0 ? Math.Max(0, inputs.LimitSetBytes - inputs.LimitedBytes) : long.MaxValue;
        var isLimit = limitLeft <= spaceLeft;
        var (by, limit) = isLimit ? ("diskLimit", inputs.LimitSetBytes) : ("freeSpace", inputs.UsedBytes + inputs.FreeBytes);
        if (inputs.HistoryDays < 1)
        {
            return new StorageForecast("tooLittleHistory", by, limit, null, null, inputs.HistoryDays,
                $"There is {inputs.HistoryDays * 24:0.#} h of history: too little to say how it grows. A day is the least.");
        }
        var left = (double)Math.Min(limitLeft, spaceLeft);
        var more = growth.Sum(g => g.MoreBytes);
        long? steady = double.IsInfinity(more) ? null : inputs.UsedBytes + (long)more;
        if (DaysUntil(left, growth) is { } days)
        {
            var atMs = nowMs + (long)(days * DayMs);
            return new StorageForecast("reached", by, limit, atMs, steady, inputs.HistoryDays, $"At today's growth the {(isLimit ? "disk limit" : "disk")} is full {When(days, atMs)}; then {(isLimit ? "the oldest data go first" : "what comes in is refused")}.");
        }
        return new StorageForecast("never", by, limit, null, steady, inputs.HistoryDays, steady is null
            ? $"At today's growth the {(isLimit ? "disk limit" : "disk")} is not reached within ten years."
            : $"At today's growth it is never reached: retention holds the data below it.");
    }

    /// <summary>When the growth of all, each until its retention holds it, has used up what is left; null: never, or far away.</summary>
    private static double? DaysUntil(double leftBytes, IReadOnlyList<StorageGrowth> growth)
    {
        var day = 0d;
        foreach (var end in growth.Select(g => g.DaysToGrow).Where(d => d < MostDays).Append(MostDays).Order().ToList())
        {
            var rate = growth.Where(g => g.DaysToGrow > day).Sum(g => g.BytesPerDay);
            if (end > day && rate * (end - day) >= leftBytes)
                return day + (rate > 0 ? leftBytes / rate : 0);
            leftBytes -= rate * Math.Max(0, end - day);
            day = Math.Max(day, end);
        }
        return leftBytes <= 0 ? day : null;
    }

    private static string When(double days, long atMs) => days < 1 ? "within a day"
        : $"in {days:0} days, on {DateTimeOffset.FromUnixTimeMilliseconds(atMs).UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}";
}
