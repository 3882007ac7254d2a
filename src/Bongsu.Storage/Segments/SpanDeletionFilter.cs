using System.Text;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Storage.Segments;

/// <summary>Wants the spans that a deletion speaks of.</summary>
internal sealed class SpanDeletionFilter(SpanDeletion deletion) : EventFilter<SpanBatch>(deletion.FromNanos, deletion.ToNanos)
{
    private const string ServiceName = "service.name";

    public override EventFilter<SpanBatch> Fork() => new SpanDeletionFilter(deletion);

    public override bool WantsTag(ReadOnlySpan<byte> tag)
    {
        foreach (var matcher in deletion.Matchers)
        {
            if (matcher.Name == ServiceName && !matcher.Matches(Encoding.UTF8.GetString(tag)))
                return false;
        }
        return true;
    }

    public override void Begin(SpanBatch batch)
    {
    }

    public override bool WantsRow(SpanBatch batch, int row) => deletion.Passes(batch, row);
}
