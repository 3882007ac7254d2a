using Bongsu.Storage.Head;

namespace Bongsu.Storage.Blocks;

/// <summary>What holds of several heads together: which are to be sealed, what of the WAL they need, their size. Pure.</summary>
internal static class HeadSet
{
    // Stragglers of a window still come for as long as a quarter of it after its end.
    private const int GraceShare = 4;

    // Nobody appends to it any more.
    private const long IdleMs = 600_000;

    /// <summary>Whether a head is due: its window is over by what its samples say or by the clock.</summary>
    /// <param name="head">The head asked about.</param>
    /// <param name="open">All that are open.</param>
    /// <param name="windowMs">Length of a window.</param>
    /// <param name="wallMs">What the clock says, which may have been set.</param>
    /// <param name="runningMs">The time that ages are counted in.</param>
    public static bool IsDue(MetricHead head, IReadOnlyList<MetricHead> open, long windowMs, long wallMs, long runningMs)
    {
        var graceMs = windowMs / GraceShare;
        if (!head.IsLate && IsOvertaken(head, open, windowMs, graceMs))
            return true;
        // Why: a window of the future was begun by a clock that was set back since; it would hold up the WAL until its time comes.
        var isOver = head.IsLate || wallMs >= head.ToMs || wallMs < head.FromMs - windowMs;
        return isOver && (runningMs - head.AppendedMs >= Math.Min(IdleMs, windowMs) || runningMs - head.BegunMs >= windowMs + (head.IsLate ? 0 : graceMs));
    }

    /// <summary>The last WAL file that only holds samples of a frozen head and of those sealed before.</summary>
    public static long NeedlessWal(MetricHead head, MetricHead[] others)
    {
        var through = head.WalThrough;
        foreach (var other in others)
            through = Math.Min(through, other.WalFrom - 1);
        return through;
    }

    /// <summary>Whether all that the WAL has of the head's window is in the head: a late head may have some of it.</summary>
    public static bool HoldsWhole(MetricHead head, MetricHead[] others)
    {
        foreach (var other in others)
        {
            if (other.IsLate && other.MinMs < head.ToMs && other.MaxMs >= head.FromMs)
                return false;
        }
        return !head.IsLate;
    }

    public static long SizeBytes(IReadOnlyList<MetricHead> heads)
    {
        var size = 0L;
        for (var i = 0; i < heads.Count; i++)
            size += heads[i].SizeBytes;
        return size;
    }

    /// <summary>Series that have samples: of the head with the most, since heads mostly have the same ones.</summary>
    public static int Active(IReadOnlyList<MetricHead> heads)
    {
        var active = 0;
        for (var i = 0; i < heads.Count; i++)
            active = Math.Max(active, heads[i].ActiveCount);
        return active;
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
