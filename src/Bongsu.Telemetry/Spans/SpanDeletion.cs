using System.Text;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Telemetry.Spans;

/// <summary>What to delete: spans that start in [FromNanos, ToNanos) and whose attributes pass all matchers.</summary>
/// <param name="FromNanos">First start time, ns since the epoch.</param>
/// <param name="ToNanos">First start time that stays.</param>
/// <param name="Matchers">On attributes as text, by key: of the resource for <c>service.name</c>, else of the span, or of its resource where the span has none; an absent one is empty. All must pass.</param>
public sealed record SpanDeletion(long FromNanos, long ToNanos, IReadOnlyList<LabelMatcher> Matchers)
{
    private const string ServiceName = "service.name";

    /// <summary>When it was asked for, ms since the epoch.</summary>
    public long CreatedUnixMs { get; init; }

    /// <summary>Whether the attributes of a span pass; its time is looked at elsewhere.</summary>
    public bool Passes(SpanBatch batch, int span)
    {
        foreach (var matcher in Matchers)
        {
            if (!matcher.Matches(Value(batch, span, matcher.Name)))
                return false;
        }
        return true;
    }

    private static string Value(SpanBatch batch, int span, string key)
    {
        var resource = batch.Spans[span].Resource;
        var utf8 = Encoding.UTF8.GetBytes(key);
        var row = key == ServiceName ? -1 : batch.Attributes.Find(batch.Spans[span].Attributes, utf8);
        if (row < 0 && resource >= 0)
            row = batch.Attributes.Find(batch.Resources[resource].Attributes, utf8);
        return row < 0 ? "" : batch.Attributes.Text(row);
    }
}
