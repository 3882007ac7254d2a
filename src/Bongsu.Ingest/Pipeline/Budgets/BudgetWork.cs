using Bongsu.Telemetry;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Ingest.Pipeline.Budgets;

/// <summary>What one batch is weighed with: the services of its streams or resources, and what it brings of each. Not thread-safe; reusable.</summary>
internal sealed class BudgetWork
{
    // What a record may count for beside what stands in the arena: its numbers.
    private const int NumbersOfRecord = 4096;

    // By place (stream, or resource and one for none): which of the services below.
    private readonly Column<int> _services = new();
    private readonly List<VolumeUse> _uses = [];
    private readonly Dictionary<VolumeUse, int> _places = [];
    private readonly Column<Sum> _sums = new();

    public void Begin(LogBatch batch, VolumeTable volumes)
    {
        for (var stream = 0; stream < batch.Streams.Count; stream++)
            Add(ServiceOf(batch.StreamLabels(stream)), Signal.Logs, volumes);
    }

    public void Begin(SpanBatch batch, VolumeTable volumes)
    {
        Add(default, Signal.Traces, volumes);
        foreach (ref readonly var resource in batch.Resources.Span)
        {
            var row = batch.Attributes.Find(resource.Attributes, ResourceKeys.ServiceName);
            Add(row < 0 || batch.Attributes.Values[row].Kind != AttributeKind.String ? default : batch.Arena.Get(batch.Attributes.Values[row].Payload), Signal.Traces, volumes);
        }
    }

    /// <summary>Whether a service of the batch may come over a budget that is held, if all of the batch were its own.</summary>
    public bool MayGoOver(long bytes, int records)
    {
        foreach (var use in _uses)
        {
            if (use.Budget.HasLimit && use.Budget.Action != BudgetAction.Warn && use.Budget.IsOver(use.Bytes + bytes + (long)records * NumbersOfRecord, use.Records + records))
                return true;
        }
        return false;
    }

    /// <summary>Counts a record of a place as let through.</summary>
    public void Take(int place, long bytes)
    {
        ref var sum = ref _sums.Mutable[_services[place]];
        sum.Bytes += bytes;
        sum.Records++;
    }

    /// <summary>Counts a record as let through; the budget, and not counted, when it is beyond one that is held.</summary>
    public DailyBudget? TryTake(int place, long bytes)
    {
        var service = _services[place];
        var use = _uses[service];
        ref var sum = ref _sums.Mutable[service];
        var budget = use.Budget;
        if (budget.Action != BudgetAction.Warn && budget.IsOver(use.Bytes + sum.Bytes + bytes, use.Records + sum.Records + 1))
            return budget;
        sum.Bytes += bytes;
        sum.Records++;
        return null;
    }

    public void Drop(int place, bool isSampledOut, VolumeTable volumes, RejectionTally tally)
    {
        ref var sum = ref _sums.Mutable[_services[place]];
        if (isSampledOut)
        {
            sum.SampledOut++;
            return;
        }
        sum.Refused++;
        tally.Add(RejectReason.DailyBudget, volumes.Refusal(_uses[_services[place]]));
        if (tally.RetryAfterSeconds == 0)
            tally.RetryAfterSeconds = volumes.SecondsToReset();
    }

    public void Count(VolumeTable volumes)
    {
        for (var i = 0; i < _uses.Count; i++)
        {
            if (_sums[i].Records > 0)
                volumes.Add(_uses[i], _sums[i].Bytes, _sums[i].Records);
        }
    }

    public void CountDropped(VolumeTable volumes)
    {
        for (var i = 0; i < _uses.Count; i++)
        {
            if (_sums[i].SampledOut + _sums[i].Refused > 0)
                volumes.Drop(_uses[i], _sums[i].SampledOut, _sums[i].Refused);
        }
    }

    public void End()
    {
        _services.Clear();
        _uses.Clear();
        _places.Clear();
        _sums.Clear();
    }

    private void Add(ReadOnlySpan<byte> service, Signal signal, VolumeTable volumes)
    {
        var use = volumes.Of(service, signal);
        if (!_places.TryGetValue(use, out var at))
        {
            _places[use] = at = _uses.Count;
            _uses.Add(use);
            _sums.Add(default(Sum));
        }
        _services.Add(at);
    }

    private static ReadOnlySpan<byte> ServiceOf(ReadOnlySpan<byte> stream)
    {
        var labels = new LabelReader(stream);
        while (labels.MoveNext())
        {
            if (labels.Name.SequenceEqual("service_name"u8))
                return labels.Value;
        }
        return default;
    }

    private struct Sum
    {
        public long Bytes;
        public long Records;
        public long SampledOut;
        public long Refused;
    }
}
