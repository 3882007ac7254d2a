using System.Text;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Server.Api.Tempo;

/// <summary>Collects the attribute names of spans by scope.</summary>
internal static class TagNames
{
    private const int MaxNames = 10_000;

    public static async Task CollectAsync(ISpanStore spans, long startNanos, long endNanos, SortedDictionary<string, SortedSet<string>> into, CancellationToken cancellationToken)
    {
        await foreach (var batch in spans.SelectAsync(new SpanSelect(startNanos, endNanos), [], cancellationToken))
            Collect(batch, into);
    }

    private static void Collect(SpanBatch batch, SortedDictionary<string, SortedSet<string>> into)
    {
        foreach (var span in batch.Spans.Span)
        {
            Add(batch, span.Attributes, "span", into);
            foreach (var e in batch.Events.Span.Slice(span.EventStart, span.EventCount))
                Add(batch, e.Attributes, "event", into);
            foreach (var link in batch.Links.Span.Slice(span.LinkStart, span.LinkCount))
                Add(batch, link.Attributes, "link", into);
        }
        // Resources and scopes belong to some span of the batch.
        foreach (var resource in batch.Resources.Span)
            Add(batch, resource.Attributes, "resource", into);
        foreach (var scope in batch.Scopes.Span)
            Add(batch, scope.Attributes, "instrumentation", into);
    }

    private static void Add(SpanBatch batch, AttributeRange range, string scope, SortedDictionary<string, SortedSet<string>> into)
    {
        for (var row = range.Start; row < range.Start + range.Count; row++)
        {
            if (!into.TryGetValue(scope, out var names))
                into[scope] = names = new SortedSet<string>(StringComparer.Ordinal);
            if (names.Count < MaxNames)
                names.Add(Encoding.UTF8.GetString(batch.Attributes.Key(row)));
        }
    }
}
