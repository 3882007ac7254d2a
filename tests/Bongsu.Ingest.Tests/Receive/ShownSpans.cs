using System.Globalization;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;
using Bongsu.Testing;

namespace Bongsu.Ingest.Tests.Receive;

/// <summary>The spans of a store as text, one a line, with all that they hold.</summary>
internal static class ShownSpans
{
    public static async Task<List<string>> OfAsync(MemoryStore store)
    {
        var spans = new List<string>();
        await foreach (var batch in store.SelectAsync(new SpanSelect(0, long.MaxValue), [], default))
        {
            for (var i = 0; i < batch.Count; i++)
                spans.Add(Of(batch, batch.Spans[i]));
        }
        return spans;
    }

    private static string Of(SpanBatch batch, Span span)
    {
        var scope = span.Scope < 0 ? "" : $" scope={batch.Arena.GetString(batch.Scopes[span.Scope].Name)}";
        var status = span.Status == SpanStatus.Unset ? "" : $" {span.Status}({batch.Arena.GetString(span.StatusMessage)})";
        var events = batch.Events.Span.Slice(span.EventStart, span.EventCount).ToArray().Select(e => $" @{e.TimeUnixNano} {batch.Arena.GetString(e.Name)}{Attributes(batch, e.Attributes)}");
        var links = batch.Links.Span.Slice(span.LinkStart, span.LinkCount).ToArray().Select(l => $" ->{l.TraceId}/{l.SpanId}{Attributes(batch, l.Attributes)}");
        return string.Create(CultureInfo.InvariantCulture, $"{Attributes(batch, batch.Resources[span.Resource].Attributes)}{scope} {span.TraceId}/{span.SpanId}<{span.ParentSpanId} {span.Kind} '{batch.Arena.GetString(span.Name)}' {span.StartUnixNano}+{span.EndUnixNano - span.StartUnixNano}{status} {Attributes(batch, span.Attributes)}{string.Concat(events)}{string.Concat(links)}");
    }

    private static string Attributes(SpanBatch batch, AttributeRange range) =>
        "[" + string.Join(" ", Enumerable.Range(range.Start, range.Count).Select(row => $"{System.Text.Encoding.UTF8.GetString(batch.Attributes.Key(row))}={batch.Attributes.Text(row)}:{batch.Attributes.Values[row].Kind}")) + "]";
}
