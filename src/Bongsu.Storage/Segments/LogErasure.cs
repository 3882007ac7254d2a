using Bongsu.Storage.Codecs;
using Bongsu.Telemetry.Labels;
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
        var segments = new HashSet<long>();
        for (var left = reader.ReadCount(1); left > 0 && !reader.Failed; left--)
            segments.Add((long)reader.ReadVarint());
        try
        {
            var matchers = new LabelMatcher[reader.ReadCount(3)];
            for (var i = 0; i < matchers.Length && !reader.Failed; i++)
                matchers[i] = new LabelMatcher((MatchType)(reader.ReadByte() & 3), reader.ReadString(), reader.ReadString());
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
