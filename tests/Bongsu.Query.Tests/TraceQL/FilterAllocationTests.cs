using Bongsu.Query.TraceQL;
using Bongsu.Query.TraceQL.Evaluation;
using Bongsu.Query.TraceQL.Parsing;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Query.Tests.TraceQL;

/// <summary>Conditions on texts, numbers, status and time cost no bytes a span.</summary>
public sealed class FilterAllocationTests
{
    [Theory]
    [InlineData("{ }")]
    [InlineData("{ resource.service.name = \"pay\" && status = error && duration > 1s }")]
    [InlineData("{ .http.method != \"GET\" && span.http.status_code >= 500 }")]
    [InlineData("{ name = \"charge\" || kind = server || span.ratio * 2 < 0.5 || .absent = \"x\" || .absent = nil }")]
    public void Filter_makes_nothing(string query)
    {
        var plan = new SearchPlan(TraceQlParser.TryParse(query, new TraceQlLimits(), out _)!.Search!, new FieldsRead());
        var spans = TraceView.OfAllRows(Batch());
        Pass(plan, spans);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Pass(plan, spans);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static int Pass(SearchPlan plan, TraceView spans)
    {
        var found = 0;
        for (var i = 0; i < spans.Count; i++)
            found += plan.MayMatch(spans, i) ? 1 : 0;
        return found;
    }

    private static SpanBatch Batch()
    {
        var batch = new SpanBatch();
        batch.Attributes.Add("service.name", "pay");
        batch.Resources.Add(new Resource(new AttributeRange(0, 1), default));
        for (var i = 0; i < 1_000; i++)
        {
            var start = batch.Attributes.Count;
            batch.Attributes.Add("http.method", i % 2 == 0 ? "GET" : "POST");
            batch.Attributes.Add(batch.Arena.Append("http.status_code"), AttributeValue.OfInt(i % 10 == 0 ? 500 : 200));
            batch.Attributes.Add(batch.Arena.Append("ratio"), AttributeValue.OfDouble(i / 1000.0));
            batch.Spans.Add(new Span
            {
                Scope = -1,
                TraceId = new TraceId(1, (ulong)i),
                SpanId = new SpanId(1),
                Name = batch.Arena.Append(i % 3 == 0 ? "charge" : "list"),
                StartUnixNano = i,
                EndUnixNano = i + 2_000_000_000L,
                Status = i % 5 == 0 ? SpanStatus.Error : SpanStatus.Unset,
                Attributes = batch.Attributes.Since(start),
            });
        }
        return batch;
    }
}
