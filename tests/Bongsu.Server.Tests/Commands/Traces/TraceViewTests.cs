using System.Text.Json;
using Bongsu.Server.Commands;
using Bongsu.Server.Commands.Traces;

namespace Bongsu.Server.Tests.Commands.Traces;

public sealed class TraceViewTests
{
    [Fact]
    public void BrokenTracesAreShownWhole()
    {
        // A root with a child, a span without its parent, two in a circle, one that is its own parent, and an id used twice.
        var view = View(("01", "", 0), ("02", "01", 5), ("03", "99", 1), ("04", "05", 2), ("05", "04", 3), ("06", "06", 4), ("02", "01", 6));
        Assert.Equal(["01 0", "02 1", "02 1", "03 0", "06 0", "04 0", "05 1"], view.Spans.Select(s => $"{s.SpanId} {s.Depth}"));
    }

    [Fact]
    public void DeepTracesAreShown()
    {
        var view = View([.. Enumerable.Range(1, 10_000).Select(i => (i.ToString("x4"), i == 1 ? "" : (i - 1).ToString("x4"), i))]);
        Assert.Equal(9_999, view.Spans[^1].Depth);
        var output = new StringWriter { NewLine = "\n" };
        new TraceWriter(output, new Terminal(80, HasColour: false), TimeZoneInfo.Utc).Write(view, isCriticalPath: false, "table");
        Assert.All(output.ToString().Split('\n'), line => Assert.InRange(line.Length, 0, 80));
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(950, "950ns")]
    [InlineData(1_234_567, "1.23ms")]
    [InlineData(45_600_000_000, "45.6s")]
    [InlineData(125_000_000_000, "2m05s")]
    [InlineData(9_000_000_000_000, "2h30m")]
    public void DurationsAreShort(long nanos, string text) => Assert.Equal(text, DurationText.Of(nanos));

    private static TraceView View(params (string Id, string Parent, int Start)[] spans)
    {
        var shown = spans.Select(s => new
        {
            spanId = Convert.ToBase64String(Convert.FromHexString(s.Id)),
            parentSpanId = Convert.ToBase64String(Convert.FromHexString(s.Parent)),
            name = "work",
            kind = "SPAN_KIND_SERVER",
            startTimeUnixNano = $"{s.Start}000000",
            endTimeUnixNano = $"{s.Start + 1}000000",
            status = new { },
        });
        var trace = new { trace = new { resourceSpans = new[] { new { resource = new { }, scopeSpans = new[] { new { spans = shown } } } } } };
        const string analysis = """
            {"traceId":"ab","rootService":"s","rootName":"n","startUnixNano":"0","durationNanos":1,"spanCount":1,"errorCount":0,"services":["s"],"criticalPath":[],"widestWait":null,"problems":[]}
            """;
        return TraceView.Of(JsonDocument.Parse(analysis).RootElement, JsonSerializer.SerializeToElement(trace));
    }
}
