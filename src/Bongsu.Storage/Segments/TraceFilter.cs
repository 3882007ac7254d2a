using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Storage.Segments;

/// <summary>Spans of some traces, of any time.</summary>
internal sealed class TraceFilter(HashSet<TraceId> traces, SpanColumns columns) : SpanRowFilter(long.MinValue, long.MaxValue, columns, [])
{
    public override EventFilter<SpanBatch> Fork() => this;

    public override bool WantsTag(ReadOnlySpan<byte> tag) => true;

    public override void Begin(SpanBatch batch)
    {
    }

    public override bool WantsRow(SpanBatch batch, int row) => traces.Contains(batch.Spans.Span[row].TraceId);

    public override void Narrow(ref SpanBlockReader block) => block.KeepTraces(traces);
}
