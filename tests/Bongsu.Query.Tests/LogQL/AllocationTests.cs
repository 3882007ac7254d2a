using Bongsu.Query.LogQL;
using Bongsu.Query.LogQL.Evaluation;
using Bongsu.Query.LogQL.Parsing;
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
        var labels = new RecordLabels(null, Discovery.None);
        var check = new RowCheck(ScanPlan.Of(log), labels);
        var batch = Batch();
        labels.Begin(batch, []);
        Assert.Equal(0, Count(check, batch));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            Count(check, batch);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
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
                Body = AttributeValue.OfString(batch.Arena.Append($"{{\"level\":\"info\",\"n\":{i}}}")),
                Attributes = batch.Attributes.Since(start),
            });
        }
        return batch;
    }
}
