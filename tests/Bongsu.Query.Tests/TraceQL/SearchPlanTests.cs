using Bongsu.Query.TraceQL;
using Bongsu.Query.TraceQL.Evaluation;
using Bongsu.Query.TraceQL.Parsing;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Query.Tests.TraceQL;

/// <summary>What a query tells the store of the spans that it wants, and of what it reads of them.</summary>
public sealed class SearchPlanTests
{
    [Theory]
    [InlineData("{ resource.service.name = \"a\" } || { status = error }", "a/Error")]
    [InlineData("{ resource.service.name = \"a\" || status = error }", "a/Error")]
    [InlineData("({ resource.service.name = \"a\" } || { status = error }) && { }", "a/Error")]
    [InlineData("{ resource.service.name = \"a\" } || { kind = server }", "")]
    [InlineData("{ resource.service.name = \"a\" || kind = server }", "")]
    [InlineData("{ resource.service.name = \"a\" } || { }", "")]
    public void Alternatives_reach_the_store_where_each_says_something(string query, string alternatives)
    {
        var select = Plan(query, new FieldsRead()).Select(0, 1_000, isWhole: false);
        Assert.Equal(alternatives, string.Join("/", (select.AnyOf ?? []).Select(a => a.ServiceName ?? a.Status?.ToString())));
    }

    [Theory]
    [InlineData("{ }", SpanParts.None, "")]
    [InlineData("{ status = error && span.a = 1 }", SpanParts.Status | SpanParts.Attributes, "a")]
    [InlineData("{ .a = 1 || event.b = 2 }", SpanParts.Attributes | SpanParts.Resource | SpanParts.Events, "a")]
    [InlineData("{ name = \"x\" } >> { kind = server && link.c = 3 }", SpanParts.Name | SpanParts.Parent | SpanParts.Duration | SpanParts.Kind | SpanParts.Links, "")]
    [InlineData("{ } | by(span.a) | avg(duration) > 1s | select(statusMessage)", SpanParts.Attributes | SpanParts.Duration | SpanParts.StatusMessage, "a")]
    [InlineData("{ rootServiceName = \"x\" }", SpanParts.Parent | SpanParts.Duration | SpanParts.Resource, "")]
    public void Of_spans_is_read_what_the_query_mentions(string query, SpanParts parts, string keys)
    {
        var columns = Plan(query, new FieldsRead()).Columns;
        Assert.Equal(parts, columns.Parts);
        Assert.Equal(keys, string.Join(",", columns.AttributeKeys!));
    }

    [Fact]
    public void Spans_that_only_bring_up_their_trace_are_read_for_their_condition_alone()
    {
        var plan = Plan("{ status = error } | count() > 1", new FieldsRead().AddFound());
        Assert.Equal(SpanParts.Status, plan.Select(0, 1_000, isWhole: false).Columns.Parts);
        Assert.True(plan.Columns.Parts.HasFlag(SpanParts.Name | SpanParts.Parent | SpanParts.Duration));
    }

    private static SearchPlan Plan(string query, FieldsRead read) => new(TraceQlParser.TryParse(query, new TraceQlLimits(), out _)!.Search!, read);
}
