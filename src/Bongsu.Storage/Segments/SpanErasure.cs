using Bongsu.Storage.Codecs;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Spans;
using MatchType = Bongsu.Telemetry.Labels.MatchType;

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
        into.PutVarint((ulong)Segments.Count);
        foreach (var segment in Segments)
            into.PutVarint((ulong)segment);
        into.PutVarint((ulong)Deletion.Matchers.Count);
        foreach (var matcher in Deletion.Matchers)
        {
            into.PutByte((byte)matcher.Type);
            into.PutText(matcher.Name);
            into.PutText(matcher.Value);
        }
    }

    /// <summary>Null when the bytes are none.</summary>
    public static SpanErasure? TryRead(ref ByteReader reader)
    {
        if (reader.ReadByte() != Version)
            return null;
        var (from, to, created) = (reader.ReadZigZag(), reader.ReadZigZag(), reader.ReadZigZag());
        var segments = new HashSet<long>();
        for (var left = reader.ReadCount(1); left > 0 && !reader.Failed; left--)
            segments.Add((long)reader.ReadVarint());
        try
        {
            var matchers = new LabelMatcher[reader.ReadCount(3)];
            for (var i = 0; i < matchers.Length && !reader.Failed; i++)
                matchers[i] = new LabelMatcher((MatchType)(reader.ReadByte() & 3), reader.ReadString(), reader.ReadString());
            return reader.Failed ? null : new SpanErasure(new SpanDeletion(from, to, matchers) { CreatedUnixMs = created }, segments);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            // An expression that this program cannot read deletes nothing: better too much is kept than too little.
            return null;
        }
    }
}
