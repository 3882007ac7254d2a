namespace Bongsu.Query;

/// <summary>
/// Lets a limited number of queries run at a time. Each priority has slots of its own, so that neither dashboards nor rules can starve the other, and may
/// use all slots but those that the other keeps. Within a priority queries enter in the order in which they came; the queue is bounded in length and time.
/// Thread-safe; one for all engines of a process.
/// </summary>
public sealed class QueryGate(QueryGateOptions options, TimeProvider time)
{
    private const int Priorities = 2;

    private readonly Lock _lock = new();
    private readonly Lane[] _lanes = [new(), new()];
    private readonly int _slots = Math.Max(Priorities, options.Slots);

    // Why: the reserved slots of all but one must leave that one at least one.
    private readonly int _reserved = Math.Clamp(options.ReservedSlots, 1, Math.Max(1, options.Slots / Priorities));

    public QueryGateCounters Counters(QueryPriority priority)
    {
        lock (_lock)
        {
            var lane = _lanes[(int)priority];
            return new QueryGateCounters(lane.Running, lane.Waiting.Count, lane.Entered, lane.RefusedFull, lane.RefusedLate, lane.Waited);
        }
    }

    /// <summary>Waits for a slot; null when it was let in, else why not. Whoever was let in calls <see cref="Leave"/> once.</summary>
    /// <exception cref="OperationCanceledException">The caller went away while it waited.</exception>
    public async ValueTask<QueryFailure?> EnterAsync(QueryPriority priority, CancellationToken cancellationToken)
    {
        var lane = _lanes[(int)priority];
        var ticket = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        LinkedListNode<TaskCompletionSource> place;
        lock (_lock)
        {
            if (lane.Waiting.Count == 0 && HasRoom(lane))
            {
                Admit(lane);
                return null;
            }
            if (lane.Waiting.Count >= options.MaxWaiting)
            {
                lane.RefusedFull++;
                return Busy($"{lane.Waiting.Count} queries are waiting, and no more may");
            }
            place = lane.Waiting.AddLast(ticket);
        }
        var since = time.GetTimestamp();
        try
        {
            await ticket.Task.WaitAsync(options.MaxWait, time, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (TimeoutException)
        {
            return Abandon(lane, place, isLate: true) ? Busy($"no slot became free within {options.MaxWait.TotalSeconds:0.###} s") : null;
        }
        catch (OperationCanceledException)
        {
            if (!Abandon(lane, place, isLate: false))
                Leave(priority);
            throw;
        }
        finally
        {
            lock (_lock)
                lane.Waited += time.GetElapsedTime(since);
        }
    }

    /// <summary>Gives a slot back.</summary>
    public void Leave(QueryPriority priority)
    {
        lock (_lock)
        {
            _lanes[(int)priority].Running--;
            // Why: the lane with fewer running goes first, so that a slot that both may take goes to either in turn.
            var first = _lanes[0].Running <= _lanes[1].Running ? 0 : 1;
            while (TryAdmitNext(_lanes[first]) || TryAdmitNext(_lanes[1 - first]))
            {
            }
        }
    }

    private QueryFailure Busy(string why) =>
        new(QueryFailureKind.Overloaded, $"too many queries at once: {why} ({_slots} run at a time); ask again later");

    private bool HasRoom(Lane lane)
    {
        var others = 0;
        foreach (var other in _lanes)
            others += ReferenceEquals(other, lane) ? 0 : Math.Max(other.Running, _reserved);
        return lane.Running + others < _slots;
    }

    private bool TryAdmitNext(Lane lane)
    {
        if (lane.Waiting.First is not { } next || !HasRoom(lane))
            return false;
        lane.Waiting.RemoveFirst();
        Admit(lane);
        next.Value.SetResult();
        return true;
    }

    private static void Admit(Lane lane)
    {
        lane.Running++;
        lane.Entered++;
    }

    /// <summary>False when the slot was given in the same moment.</summary>
    private bool Abandon(Lane lane, LinkedListNode<TaskCompletionSource> place, bool isLate)
    {
        lock (_lock)
        {
            if (place.List is null)
                return false;
            lane.Waiting.Remove(place);
            lane.RefusedLate += isLate ? 1 : 0;
            return true;
        }
    }

    private sealed class Lane
    {
        public LinkedList<TaskCompletionSource> Waiting { get; } = new();
        public int Running { get; set; }
        public long Entered { get; set; }
        public long RefusedFull { get; set; }
        public long RefusedLate { get; set; }
        public TimeSpan Waited { get; set; }
    }
}
