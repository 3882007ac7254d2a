using BenchmarkDotNet.Attributes;
using Bongsu.Query.TraceQL;
using Bongsu.Query.TraceQL.Evaluation;
using Bongsu.Query.TraceQL.Parsing;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Bench;

/// <summary>A TraceQL selector asked of each span of a batch. An operation is one span.</summary>
[MemoryDiagnoser]
public class TraceFilterBenchmark
{
    private const int Spans = 4_096;

    private readonly TraceView _spans = TraceView.OfAllRows(Batch());
    private readonly SearchPlan _text = Plan("{ resource.service.name = \"pay\" && span.user.id = \"u4242\" }");
    private readonly SearchPlan _number = Plan("{ span.http.status_code >= 500 && duration > 1s }");

    [Benchmark(OperationsPerInvoke = Spans)]
    public int Text() => Count(_text);

    [Benchmark(OperationsPerInvoke = Spans)]
    public int Number() => Count(_number);

    private static SearchPlan Plan(string query) => new(TraceQlParser.TryParse(query, new TraceQlLimits(), out _)!.Search!, new FieldsRead());

    private int Count(SearchPlan plan)
    {
        var found = 0;
        for (var i = 0; i < Spans; i++)
            found += plan.MayMatch(_spans, i) ? 1 : 0;
        return found;
    }

    private static SpanBatch Batch()
    {
        var batch = new SpanBatch();
        batch.Attributes.Add("service.name", "pay");
        batch.Resources.Add(new Resource(new AttributeRange(0, 1), default));
        for (var i = 0; i < Spans; i++)
        {
            var start = batch.Attributes.Count;
            batch.Attributes.Add("http.method", "GET");
            batch.Attributes.Add("http.route", "/cart/{id}");
            batch.Attributes.Add(batch.Arena.Append("http.status_code"), AttributeValue.OfInt(i % 100 == 0 ? 500 : 200));
            batch.Attributes.Add("user.id", $"u{i}");
            batch.Spans.Add(new Span { Scope = -1, SpanId = new SpanId(1), StartUnixNano = i, EndUnixNano = i + 2_000_000_000L, Attributes = batch.Attributes.Since(start) });
        }
        return batch;
    }
}
