using Bongsu.Storage.Head;

namespace Bongsu.Storage.Blocks;

/// <summary>Decides which open heads are to be sealed. Pure.</summary>
internal static class HeadSet
{
    // Stragglers of a window still come for as long as a quarter of it after its end.
    private const int GraceShare = 4;

    // Nobody appends to it any more.
    private const long IdleMs = 600_000;

    /// <summary>Whether a head is due: its window is over by what its samples say or by the clock.</summary>
    public static bool IsDue(MetricHead head, IReadOnlyList<MetricHead> open, long windowMs, long nowMs)
    {
        var graceMs = windowMs / GraceShare;
        if (!head.IsLate && IsOvertaken(head, open, windowMs, graceMs))
            return true;
        var isOver = head.IsLate || nowMs >= head.ToMs;
        return isOver && (nowMs - head.AppendedMs >= Math.Min(IdleMs, windowMs) || nowMs - head.BegunMs >= windowMs + (head.IsLate ? 0 : graceMs));
    }

    private static bool IsOvertaken(MetricHead head, IReadOnlyList<MetricHead> open, long windowMs, long graceMs)
    {
        for (var i = 0; i < open.Count; i++)
        {
            var other = open[i];
            if (!other.IsLate && other.FromMs >= head.ToMs && (other.MaxMs >= head.ToMs + graceMs || other.FromMs >= head.ToMs + windowMs))
                return true;
        }
        return false;
    }
}
