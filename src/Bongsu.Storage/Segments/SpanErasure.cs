using Bongsu.Storage.Codecs;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Storage.Segments;

/// <summary>Spans that were deleted. See docs/formats/segments.md.</summary>
internal sealed class SpanErasure(SpanDeletion deletion, IReadOnlySet<long> segments) : EventDeletion<SpanBatch>(segments)
{
    private const byte Version = 1;

    public SpanDeletion Deletion { get; } = deletion;

    public override EventFilter<SpanBatch> NewFilter() => new SpanDeletionFilter(Deletion);

    public override EventDeletion<SpanBatch> In(IReadOnlySet<long> segments) => new SpanErasure(Deletion, segments);

    public override void Put(ByteWriter into)
    {
        into.PutByte(Version);
        into.PutZigZag(Deletion.FromNanos);
        into.PutZigZag(Deletion.ToNanos);
        into.PutZigZag(Deletion.CreatedUnixMs);
        ErasureBytes.PutSegments(into, Segments);
        ErasureBytes.PutMatchers(into, Deletion.Matchers);
    }

    /// <summary>Null when the bytes are none.</summary>
    public static SpanErasure? TryRead(ref ByteReader reader)
    {
        if (reader.ReadByte() != Version)
            return null;
        var (from, to, created) = (reader.ReadZigZag(), reader.ReadZigZag(), reader.ReadZigZag());
        var segments = ErasureBytes.ReadSegments(ref reader);
        try
        {
            var matchers = ErasureBytes.ReadMatchers(ref reader);
            return reader.Failed ? null : new SpanErasure(new SpanDeletion(from, to, matchers) { CreatedUnixMs = created }, segments);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            // An expression that this program cannot read deletes nothing: better too much is kept than too little.
            return null;
        }
    }
}
