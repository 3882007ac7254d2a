namespace Bongsu.Storage.Segments;

/// <summary>What becomes of sealed segments: they are merged, written anew without what is deleted or past its time, and forgotten.</summary>
internal sealed class SegmentUpkeep<TBatch>(EventSignal<TBatch> signal, EventStoreSetup setup, SegmentFolder<TBatch> folder, EventRetention<TBatch> retention, EventViews<TBatch> views)
    where TBatch : class, new()
{
    // Drops of a segment come for as long as its traces are undecided; each rewriting costs as much as sealing.
    private const long DropsSettledMs = 30_000;

    // Segments that cannot be written anew: what is deleted of them is left out when they are read.
    private readonly HashSet<long> _unerasable = [];
    private string? _mergeProblem;

    /// <summary>Merges one run of segments if there is one worth it. Called by one thread at a time, which may be another than the one that seals.</summary>
    public void Merge(CancellationToken cancellationToken)
    {
        if (SegmentMerge.Plan(views.Stored.Segments, setup.Clock.WallMs) is { } run)
            TryRewrite(run, cancellationToken);
    }

    /// <summary>Writes the segments that hold deleted events anew. Called by the thread that merges.</summary>
    public void Erase(CancellationToken cancellationToken)
    {
        var view = views.Stored;
        foreach (var segment in view.Segments)
        {
            if (!IsErasureDue(view, segment) || segment.IsDamaged || _unerasable.Contains(segment.Number))
                continue;
            if (!TryRewrite([segment], cancellationToken))
                _unerasable.Add(segment.Number);
        }
    }

    /// <summary>Forgets segments of which nothing is kept any more.</summary>
    public void DeleteExpired()
    {
        var nowNanos = setup.Clock.EarliestMs * 1_000_000;
        foreach (var segment in views.Stored.Segments)
        {
            if (segment.MaxTimeNanos < EventRetention<TBatch>.OldestNanos(nowNanos, retention.KeepsOf(segment).LongestNanos))
                Delete(segment);
        }
    }

    /// <summary>Writes one segment anew without the services that are kept for a shorter time than others in it. Called by the thread that merges.</summary>
    public void Expire(CancellationToken cancellationToken)
    {
        if (views.Now.Expiry is not { } expiry)
            return;
        foreach (var segment in views.Stored.Segments)
        {
            if (segment.IsDamaged || _unerasable.Contains(segment.Number) || !expiry.IsWorthRewriting(segment))
                continue;
            // A file that has become no better for it must not be written again for ever.
            if (!TryRewrite([segment], cancellationToken) || Array.Exists(views.Stored.Segments, now => now != segment && now.Number == segment.Number && expiry.IsWorthRewriting(now)))
                _unerasable.Add(segment.Number);
            return;
        }
    }

    /// <summary>The oldest segment's last time, or the largest value when there is none.</summary>
    public (EventSegment<TBatch>? Segment, long MaxTimeNanos) Oldest()
    {
        EventSegment<TBatch>? oldest = null;
        foreach (var segment in views.Stored.Segments)
        {
            if (oldest is null || segment.MaxTimeNanos < oldest.MaxTimeNanos)
                oldest = segment;
        }
        return (oldest, oldest?.MaxTimeNanos ?? long.MaxValue);
    }

    /// <summary>The last time of the segments that end no later than a time.</summary>
    public long NewestMs(long notAfterMs)
    {
        var newest = long.MinValue;
        foreach (var segment in views.Stored.Segments)
        {
            if (segment.MaxTimeNanos / 1_000_000 is var max && max <= notAfterMs)
                newest = Math.Max(newest, max);
        }
        return newest;
    }

    public void Delete(EventSegment<TBatch> segment)
    {
        views.Change(view => view with { Segments = Array.FindAll(view.Segments, one => one != segment) });
        folder.Remove(segment.Path);
    }

    private bool TryRewrite(List<EventSegment<TBatch>> run, CancellationToken cancellationToken)
    {
        try
        {
            var view = views.Now;
            if (!SegmentMerge.TryWrite(setup.Disk, signal, view, run, cancellationToken))
                return false;
            setup.Problems.Set(ref _mergeProblem, null);
            Replace(run, folder.Open(run[^1].Number), view.Dropped);
            return true;
        }
        catch (IOException e)
        {
            setup.Problems.Set(ref _mergeProblem, $"Cannot merge segments of {signal.Name}: {e.Message}. They stay as they are, and it is tried again.");
            // What failed for want of space may go well later.
            return true;
        }
    }

    private void Replace(List<EventSegment<TBatch>> run, EventSegment<TBatch> merged, TraceDrops<TBatch> leftOut)
    {
        var deletions = SegmentDeletions.Without(views.Stored.Deletions, run);
        // Why first: a deletion that is still said of a segment without its events does no harm.
        if (deletions != views.Stored.Deletions)
            folder.WriteDeletions(deletions);
        views.Change(view =>
        {
            var left = new List<EventSegment<TBatch>>();
            foreach (var segment in view.Segments)
            {
                if (segment == run[^1] && merged.Blocks.Count > 0)
                    left.Add(merged);
                else if (!run.Contains(segment))
                    left.Add(segment);
            }
            return view with { Segments = [.. left], Deletions = deletions, Dropped = view.Dropped.Merged(run, leftOut, setup.Clock.RunningMs) };
        });
        for (var i = 0; i < run.Count - 1; i++)
            folder.Remove(run[i].Path);
        if (merged.Blocks.Count == 0)
        {
            merged.Close();
            folder.Remove(merged.Path);
        }
    }

    private bool IsErasureDue(EventView<TBatch> view, EventSegment<TBatch> segment)
    {
        foreach (var deletion in view.Deletions)
        {
            if (deletion.Segments.Contains(segment.Number))
                return true;
        }
        return view.Dropped.Segments.TryGetValue(segment.Number, out var drops) && setup.Clock.RunningMs - drops.ChangedMs >= DropsSettledMs;
    }
}
