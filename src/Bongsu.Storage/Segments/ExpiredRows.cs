using Bongsu.Telemetry.Labels;

namespace Bongsu.Storage.Segments;

/// <summary>Wants what is past the time that its tag is kept.</summary>
internal sealed class ExpiredRows<TBatch>(EventSignal<TBatch> signal, EventExpiry<TBatch> expiry) : EventFilter<TBatch>(long.MinValue, expiry.SurelyKeptNanos) where TBatch : class, new()
{
    private readonly Dictionary<ulong, long> _oldest = [];

    public override bool ReadsBodies => false;

    public override EventFilter<TBatch> Fork() => new ExpiredRows<TBatch>(signal, expiry);

    public override bool WantsTag(ReadOnlySpan<byte> tag) => Oldest(tag) > long.MinValue;

    public override void Begin(TBatch batch)
    {
    }

    public override bool WantsRow(TBatch batch, int row) => signal.TimeNanos(batch, row) < Oldest(signal.Tag(batch, row));

    private long Oldest(ReadOnlySpan<byte> tag)
    {
        var hash = LabelHash.Of(tag);
        if (!_oldest.TryGetValue(hash, out var oldest))
            _oldest[hash] = oldest = expiry.OldestNanos(tag);
        return oldest;
    }
}
