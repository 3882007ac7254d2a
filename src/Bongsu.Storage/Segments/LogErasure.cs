using Bongsu.Storage.Codecs;
using Bongsu.Telemetry.Logs;
using MatchType = Bongsu.Telemetry.Labels.MatchType;

namespace Bongsu.Storage.Segments;

/// <summary>Log records that were deleted. See docs/formats/segments.md.</summary>
internal sealed class LogErasure(LogDeletion deletion, IReadOnlySet<long> segments) : EventDeletion<LogBatch>(segments)
{
    private const byte Version = 1;

    public LogDeletion Deletion { get; } = deletion;

    public override EventFilter<LogBatch> NewFilter() => new LogDeletionFilter(Deletion);

    public override EventDeletion<LogBatch> In(IReadOnlySet<long> segments) => new LogErasure(Deletion, segments);

    public override void Put(ByteWriter into)
    {
        into.PutByte(Version);
        into.PutZigZag(Deletion.FromNanos);
        into.PutZigZag(Deletion.ToNanos);
        into.PutZigZag(Deletion.CreatedUnixMs);
        into.PutText(Deletion.Query);
        ErasureBytes.PutSegments(into, Segments);
        ErasureBytes.PutMatchers(into, Deletion.Matchers);
        into.PutVarint((ulong)Deletion.Lines.Count);
        foreach (var line in Deletion.Lines)
        {
            into.PutByte((byte)line.Type);
            into.PutText(line.Text);
        }
    }

    /// <summary>Null when the bytes are none.</summary>
    public static LogErasure? TryRead(ref ByteReader reader)
    {
        if (reader.ReadByte() != Version)
            return null;
        var (from, to, created, query) = (reader.ReadZigZag(), reader.ReadZigZag(), reader.ReadZigZag(), reader.ReadString());
        var segments = ErasureBytes.ReadSegments(ref reader);
        try
        {
            var matchers = ErasureBytes.ReadMatchers(ref reader);
            var lines = new LineMatcher[reader.ReadCount(2)];
            for (var i = 0; i < lines.Length && !reader.Failed; i++)
                lines[i] = new LineMatcher((MatchType)(reader.ReadByte() & 3), reader.ReadString());
            return reader.Failed ? null : new LogErasure(new LogDeletion(from, to, matchers, lines) { CreatedUnixMs = created, Query = query }, segments);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            // An expression that this program cannot read deletes nothing: better too much is kept than too little.
            return null;
        }
    }
}
