namespace Bongsu.Storage.Segments;

/// <summary>Wants the rows of dropped traces.</summary>
internal sealed class DroppedFilter<TBatch>(EventSignal<TBatch> signal, TraceSet traces) : EventFilter<TBatch>(long.MinValue, long.MaxValue) where TBatch : class, new()
{
    public override bool ReadsBodies => false;

    public override EventFilter<TBatch> Fork() => this;

    public override bool WantsTag(ReadOnlySpan<byte> tag) => true;

    public override void Begin(TBatch batch)
    {
    }

    public override bool WantsRow(TBatch batch, int row) => traces.Contains(signal.Trace(batch, row));
}
