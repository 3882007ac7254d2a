using System.Text;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Query.TraceQL.Evaluation;

/// <summary>Collects the attribute names of spans by scope. Not thread-safe.</summary>
internal sealed class SpanNames(int maxNames)
{
    private readonly SortedDictionary<string, SortedSet<string>> _names = new(StringComparer.Ordinal);

    // What was seen of the spans at hand: resources, scopes and names are shared by many of its spans.
    private readonly HashSet<(string Scope, Slice Name)> _seenNames = [];
    private readonly HashSet<(string Scope, int Owner)> _seenOwners = [];
    private TraceView? _view;

    public IReadOnlyDictionary<string, IReadOnlyCollection<string>> All => _names.ToDictionary(n => n.Key, n => (IReadOnlyCollection<string>)n.Value);

    public void Add(TraceView spans, int index)
    {
        // Why: not the batch, which its store may fill anew.
        if (_view != spans)
        {
            _view = spans;
            _seenNames.Clear();
            _seenOwners.Clear();
        }
        var batch = spans.Batch;
        ref readonly var span = ref spans.Span(index);
        Add(batch, "span", span.Attributes);
        if (span.Resource >= 0 && _seenOwners.Add(("resource", span.Resource)))
            Add(batch, "resource", batch.Resources[span.Resource].Attributes);
        if (span.Scope >= 0 && _seenOwners.Add(("instrumentation", span.Scope)))
            Add(batch, "instrumentation", batch.Scopes[span.Scope].Attributes);
        foreach (var e in batch.Events.Span.Slice(span.EventStart, span.EventCount))
            Add(batch, "event", e.Attributes);
        foreach (var link in batch.Links.Span.Slice(span.LinkStart, span.LinkCount))
            Add(batch, "link", link.Attributes);
    }

    private void Add(SpanBatch batch, string scope, AttributeRange range)
    {
        for (var row = range.Start; row < range.Start + range.Count; row++)
        {
            if (!_seenNames.Add((scope, batch.Attributes.Keys[row])))
                continue;
            if (!_names.TryGetValue(scope, out var names))
                _names[scope] = names = new SortedSet<string>(StringComparer.Ordinal);
            if (names.Count < maxNames)
                names.Add(Encoding.UTF8.GetString(batch.Attributes.Key(row)));
        }
    }
}
