namespace Bongsu.Storage.Segments;

/// <summary>Wants everything there is.</summary>
internal sealed class AllRows<TBatch>() : EventFilter<TBatch>(long.MinValue, long.MaxValue) where TBatch : class, new()
{
    public override EventFilter<TBatch> Fork() => this;

    public override bool WantsTag(ReadOnlySpan<byte> tag) => true;

    public override void Begin(TBatch batch)
    {
    }

    public override bool WantsRow(TBatch batch, int row) => true;
}
