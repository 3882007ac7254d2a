using System.Collections.Concurrent;
using Bongsu.Telemetry.Logs;
using Bongsu.Telemetry.Metrics;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Ingest.Pipeline.Budgets;

/// <summary>
/// Holds each service to its daily budgets, and counts what the store has taken. What is beyond a budget is kept, sampled or refused as the budget says;
/// requests in flight at the same time may each go over it by what they hold. Thread-safe.
/// </summary>
internal sealed class BudgetStage(VolumeTable volumes) : ITelemetryProcessor
{
    private readonly ConcurrentBag<BudgetWork> _idle = [];

    // Hot path: 0 B/op (see BudgetBenchmark, StageAllocationTests)
    public void Process(LogBatch batch, RejectionTally tally)
    {
        var work = Rent();
        work.Begin(batch, volumes);
        // Fast path: what cannot go over a limit is not weighed record by record.
        if (work.MayGoOver(batch.Arena.Length, batch.Count))
            Hold(batch, work, tally);
        Return(work);
    }

    public void Process(SpanBatch batch, RejectionTally tally)
    {
        var work = Rent();
        work.Begin(batch, volumes);
        if (work.MayGoOver(batch.Arena.Length, batch.Count))
            Hold(batch, work, tally);
        Return(work);
    }

    // Metrics are held by their series; see CardinalityLimit.
    public void Process(MetricBatch batch, RejectionTally tally) { }

    public void Stored(LogBatch batch)
    {
        var work = Rent();
        work.Begin(batch, volumes);
        foreach (ref readonly var record in batch.Records.Span)
        {
            if (!record.IsDropped)
                work.Take(record.Stream, RecordSize.Of(batch, record));
        }
        work.Count(volumes);
        Return(work);
    }

    public void Stored(SpanBatch batch)
    {
        var work = Rent();
        work.Begin(batch, volumes);
        foreach (ref readonly var span in batch.Spans.Span)
        {
            if (!span.IsDropped)
                work.Take(span.Resource + 1, RecordSize.Of(batch, span));
        }
        work.Count(volumes);
        Return(work);
    }

    private void Hold(LogBatch batch, BudgetWork work, RejectionTally tally)
    {
        foreach (ref var record in batch.Records.Mutable)
        {
            if (record.IsDropped || work.TryTake(record.Stream, RecordSize.Of(batch, record)) is not { } budget)
                continue;
            if (budget.Action == BudgetAction.Sample && BudgetSample.Keeps(budget, batch, record))
                continue;
            record.IsDropped = true;
            record.IsSampledOut = budget.Action == BudgetAction.Sample;
            work.Drop(record.Stream, record.IsSampledOut, volumes, tally);
        }
        work.CountDropped(volumes);
    }

    private void Hold(SpanBatch batch, BudgetWork work, RejectionTally tally)
    {
        foreach (ref var span in batch.Spans.Mutable)
        {
            if (span.IsDropped || work.TryTake(span.Resource + 1, RecordSize.Of(batch, span)) is not { } budget)
                continue;
            if (budget.Action == BudgetAction.Sample && BudgetSample.Keeps(budget, batch, span))
                continue;
            span.IsDropped = true;
            span.IsSampledOut = budget.Action == BudgetAction.Sample;
            work.Drop(span.Resource + 1, span.IsSampledOut, volumes, tally);
        }
        work.CountDropped(volumes);
    }

    private BudgetWork Rent() => _idle.TryTake(out var work) ? work : new BudgetWork();

    private void Return(BudgetWork work)
    {
        work.End();
        _idle.Add(work);
    }
}
