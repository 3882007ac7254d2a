using BenchmarkDotNet.Attributes;
using Bongsu.Ingest;
using Bongsu.Ingest.Pipeline.Budgets;
using Bongsu.Telemetry.Logs;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Bench;

/// <summary>Daily budgets over requests of 1,000 records: an operation is one record. Weighed one by one only where a limit is near.</summary>
[MemoryDiagnoser]
public class BudgetBenchmark
{
    private const int Records = 1000;

    private readonly LogBatch _logs = EventBatches.Logs(Records);
    private readonly SpanBatch _spans = EventBatches.Spans(Records);
    private readonly RejectionTally _tally = new();
    private readonly BudgetStage _far = Stage(new DailyBudget { Bytes = long.MaxValue / 2, Action = BudgetAction.Refuse });
    private readonly BudgetStage _over = Stage(new DailyBudget { Records = 1, Action = BudgetAction.Sample });

    [Benchmark(OperationsPerInvoke = Records)]
    public void CountLogs() => _far.Stored(_logs);

    [Benchmark(OperationsPerInvoke = Records)]
    public void CountSpans() => _far.Stored(_spans);

    [Benchmark(OperationsPerInvoke = Records)]
    public void HoldLogsFarFromTheLimit() => _far.Process(_logs, _tally);

    [Benchmark(OperationsPerInvoke = Records)]
    public void SampleLogs()
    {
        foreach (ref var record in _logs.Records.Mutable)
            record.IsDropped = false;
        _over.Process(_logs, _tally);
    }

    [Benchmark(OperationsPerInvoke = Records)]
    public void SampleSpans()
    {
        foreach (ref var span in _spans.Spans.Mutable)
            span.IsDropped = false;
        _over.Process(_spans, _tally);
    }

    private static BudgetStage Stage(DailyBudget budget) =>
        new(new VolumeTable(TimeProvider.System) { Rules = new BudgetRules(budget, budget, new Dictionary<string, ServiceBudgets>()) });
}
