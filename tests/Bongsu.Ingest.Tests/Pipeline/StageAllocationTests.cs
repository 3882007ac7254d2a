using Bongsu.Ingest.Pipeline.Budgets;
using Bongsu.Ingest.Pipeline.Lint;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;
using Bongsu.Telemetry.Spans;
using Bongsu.Testing;

namespace Bongsu.Ingest.Tests.Pipeline;

/// <summary>Budgets and lint, which see every record, allocate nothing for one.</summary>
public sealed class StageAllocationTests
{
    private readonly RejectionTally _tally = new();

    [Theory]
    [InlineData(BudgetAction.Warn)]
    [InlineData(BudgetAction.Sample)]
    [InlineData(BudgetAction.Refuse)]
    public void A_budget_costs_no_memory_for_each_record(BudgetAction action)
    {
        var budget = new DailyBudget { Records = 100, Action = action, Keep = 0.3 };
        var stage = new BudgetStage(new VolumeTable(new ManualTime()) { Rules = new BudgetRules(budget, budget, new Dictionary<string, ServiceBudgets>()) });
        var (logs, spans) = (Logs(), Spans());
        AssertAllocatesNothing(() =>
        {
            foreach (ref var record in logs.Records.Mutable)
                record.IsDropped = false;
            foreach (ref var span in spans.Spans.Mutable)
                span.IsDropped = false;
            _tally.Clear();
            stage.Process(logs, _tally);
            stage.Process(spans, _tally);
            stage.Stored(logs);
            stage.Stored(spans);
        });
        Assert.Equal(action == BudgetAction.Refuse, _tally.Count > 0);
    }

    [Fact]
    public void Lint_costs_no_memory_once_it_has_an_example()
    {
        var stage = new LintStage(new ManualTime());
        var (logs, spans) = (Logs(), Spans());
        AssertAllocatesNothing(() =>
        {
            stage.Process(logs, _tally);
            stage.Process(spans, _tally);
        });
        Assert.True(stage.Report(null).Findings.Count >= 4);
    }

    private static LogBatch Logs()
    {
        var batch = new LogBatch();
        batch.Streams.Add(batch.Arena.Append(LabelSet.Of(("service_name", "shop")).Bytes));
        for (var i = 0; i < 1000; i++)
        {
            var body = (i % 4) switch { 0 => "{\"level\":\"LOUD\",\"mail\":\"[redacted:email]\",\"duration_ms\":12}", 1 => "plain text", 2 => "   at A.B()", _ => "{\"trace_id\":\"1\"}" };
            batch.Records.Add(new LogRecord { Resource = -1, Scope = -1, TimeUnixNano = (long)Otlp.Now + i, Body = AttributeValue.OfString(batch.Arena.Append(body)) });
        }
        return batch;
    }

    private static SpanBatch Spans()
    {
        var batch = new SpanBatch();
        batch.Attributes.Add("service.name", "shop");
        batch.Resources.Add(new Resource(batch.Attributes.Since(0), default));
        for (var i = 0; i < 1000; i++)
        {
            var start = batch.Attributes.Count;
            batch.Attributes.Add("http.request.method", "GET");
            batch.Attributes.Add("token", "[redacted:token]");
            batch.Spans.Add(new Telemetry.Spans.Span
            {
                Scope = -1,
                TraceId = new TraceId(1, (ulong)i * 0x9E3779B97F4A7C15),
                SpanId = new SpanId((ulong)i + 1),
                Name = batch.Arena.Append($"GET /orders/{i}"),
                Kind = SpanKind.Server,
                Attributes = batch.Attributes.Since(start),
                StartUnixNano = (long)Otlp.Now,
                EndUnixNano = (long)Otlp.Now + 1000,
            });
        }
        return batch;
    }

    // The least of several runs: a runtime that compiles a method again in between may allocate on this thread.
    private static void AssertAllocatesNothing(Action work)
    {
        for (var i = 0; i < 40; i++)
            work();
        var least = long.MaxValue;
        for (var i = 0; i < 20; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            work();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        Assert.Equal(0, least);
    }
}
