using Bongsu.Query.LogQL;
using Bongsu.Query.LogQL.Evaluation;
using Bongsu.Query.LogQL.Parsing;
using Bongsu.Query.LogQL.Stages;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Query.Tests.LogQL;

public sealed class AllocationTests
{
    [Theory]
    [InlineData("{app=\"x\"} |= \"needle\"")]
    [InlineData("{app=\"x\"} |~ \"need[a-z]e\"")]
    [InlineData("{app=\"x\"} | user_id=\"u9\"")]
    [InlineData("{app=\"x\"} | json | level=\"fatal\"")]
    [InlineData("{app=\"x\"} | logfmt | level=\"fatal\"")]
    public void A_record_that_cannot_pass_costs_no_byte(string query)
    {
        var log = (LogExpr)LogQlParser.TryParse(query, new LogQlLimits(), out _)!;
        var plan = ScanPlan.Of(log);
        var labels = new RecordLabels(plan, Discovery.None);
        var check = new RowCheck(plan, labels);
        var batch = Batch();
        labels.Begin(batch, []);
        Assert.Equal(0, Count(check, batch));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            Count(check, batch);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData("sum by (app) (count_over_time({app=\"x\"}[10s]))")]
    [InlineData("sum by (user_id) (rate({app=\"x\"}[1s]))")]
    [InlineData("sum(count_over_time({app=\"x\"} |= \"info\" [10s]))")]
    [InlineData("sum by (level) (count_over_time({app=\"x\"} | json | level=\"info\" [10s]))")]
    [InlineData("sum by (app) (count_over_time({app=\"x\"} | json | level=\"info\" [10s]))")]
    [InlineData("sum by (level) (count_over_time({app=\"x\"} | json | n>5 [10s]))")]
    [InlineData("count_over_time({app=\"x\"}[10s])")]
    [InlineData("sum(bytes_over_time({app=\"x\"}[10s]))")]
    [InlineData("max_over_time({app=\"x\"} | json | unwrap n [10s]) by (level)")]
    [InlineData("sum by (level) (sum_over_time({app=\"x\"} | json | unwrap n | __error__=\"\" [10s]))")]
    [InlineData("avg_over_time({app=\"x\"} | json | unwrap duration(took) [10s]) by (level)")]
    public void A_record_of_a_known_series_costs_no_byte(string query)
    {
        var expr = LogQlParser.TryParse(query, new LogQlLimits(), out _)!;
        var (range, grouping) = expr is VectorAggregationExpr sum ? ((RangeAggregationExpr)sum.Inner, sum.Grouping ?? new Grouping(false, [])) : ((RangeAggregationExpr)expr, null);
        grouping ??= range.Grouping;
        foreach (var withFields in (bool[])[false, true])
        {
            var (scan, batch) = Scan(range, grouping, withFields);
            if (scan is null)
                continue;
            Assert.Equal(0, Enumerable.Range(0, 5).Min(_ => Allocated(scan, batch)));
        }
    }

    [Fact]
    public void A_line_of_many_labels_costs_no_byte_after_the_first()
    {
        var names = Enumerable.Range(0, 500).Select(i => $"k{i}").ToArray();
        var batch = Batch();
        var state = new LineState();
        void Fill()
        {
            state.Reset(batch, 0, []);
            foreach (var name in names)
                state.Extract(name, name, "1"u8);
            state.Remove("k250");
            Assert.True(state.Has("k499") && !state.Has("k250"));
        }
        Fill();
        Assert.Equal(499, state.Count);
        Assert.Equal(0, Enumerable.Range(0, 5).Min(_ => Allocated(Fill)));
    }

    // Why the least of some: the runtime allocates as well when it compiles a method anew.
    private static long Allocated(RowScan scan, LogBatch batch) => Allocated(() => scan.Run(batch, 0, batch.Count));

    private static long Allocated(Action run)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            run();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static (RowScan? Scan, LogBatch Batch) Scan(RangeAggregationExpr range, Grouping? grouping, bool withFields)
    {
        var answer = MetricEvaluator.Answer(range, grouping);
        var plan = ScanPlan.Of(range.Log, answer);
        var onlyFields = range.Operation == "bytes_over_time" ? null : plan.OnlyFields();
        var batch = Batch();
        if (withFields && onlyFields is null)
            return (null, batch);
        if (withFields)
            GiveFields(batch, onlyFields!);
        var labels = new RecordLabels(plan, Discovery.None);
        labels.Begin(batch, []);
        var state = new LineState(plan.Wanted) { OnlyFields = onlyFields ?? [] };
        var windows = new StepWindows([10, 20, 200], range.RangeNanos, 0);
        if (WindowCounts.CanCount(range))
        {
            var counts = new WindowCounts(range, grouping, windows, new LogQlLimits());
            return (new RowScan(plan, labels, state, counts.Take, counts), batch);
        }
        var folds = new WindowFolds(range, WindowFolds.Of(range.Operation)!.Value, grouping, windows, new LogQlLimits());
        return (new RowScan(plan, labels, state, folds.Take, null), batch);
    }

    private static void GiveFields(LogBatch batch, IReadOnlyList<string> names)
    {
        batch.FieldCount = names.Count;
        for (var row = 0; row < batch.Count; row++)
        {
            ref var record = ref batch.Records.Mutable[row];
            (record.Body, record.FieldsAt) = (default, batch.FieldValues.Count + 1);
            foreach (var name in names)
                batch.FieldValues.Add(name == "app" ? new Slice(0, -1) : batch.Arena.Append(name == "level" ? "info" : name == "took" ? $"{row}ms" : $"{row}"));
        }
    }

    private static int Count(RowCheck check, LogBatch batch)
    {
        var wanted = 0;
        for (var row = 0; row < batch.Count; row++)
            wanted += check.Wants(batch, row) ? 1 : 0;
        return wanted;
    }

    private static LogBatch Batch()
    {
        var batch = new LogBatch();
        batch.Streams.Add(batch.Arena.Append(LabelSet.Of(("app", "x")).Bytes));
        for (var i = 0; i < 100; i++)
        {
            var start = batch.Attributes.Count;
            batch.Attributes.Add("user.id", $"u{i % 5}");
            batch.Records.Add(new LogRecord
            {
                Resource = -1,
                Scope = -1,
                TimeUnixNano = i,
                Body = AttributeValue.OfString(batch.Arena.Append($"{{\"level\":\"info\",\"n\":{i},\"took\":\"{i}ms\",\"app\":\"y\"}}")),
                Attributes = batch.Attributes.Since(start),
            });
        }
        return batch;
    }
}
