using Bongsu.Storage.Codecs;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Storage.Head;

/// <summary>Samples that were deleted: those of matching series in [FromMs, ToMs] that a head had, or a block of up to a number. Immutable.</summary>
internal sealed record Deletion(long FromMs, long ToMs, IReadOnlyList<LabelMatcher> Matchers, long ThroughBlock)
{
    private const byte Version = 1;

    public static Deletion Of(SeriesSelect select, long throughBlock) => new(select.FromMs, select.ToMs, [.. select.Matchers], throughBlock);

    public bool Matches(LabelSet labels) => LabelMatcher.MatchesAll(Matchers, labels);

    public void Put(ByteWriter into)
    {
        into.PutByte(Version);
        into.PutZigZag(FromMs);
        into.PutZigZag(ToMs);
        into.PutVarint((ulong)ThroughBlock);
        into.PutVarint((ulong)Matchers.Count);
        foreach (var matcher in Matchers)
        {
            into.PutByte((byte)matcher.Type);
            into.PutText(matcher.Name);
            into.PutText(matcher.Value);
        }
    }

    /// <summary>Null when the bytes are none.</summary>
    public static Deletion? TryRead(ref ByteReader reader)
    {
        if (reader.ReadByte() != Version)
            return null;
        var (from, to, through) = (reader.ReadZigZag(), reader.ReadZigZag(), (long)reader.ReadVarint());
        var matchers = new LabelMatcher[reader.ReadCount(3)];
        try
        {
            for (var i = 0; i < matchers.Length && !reader.Failed; i++)
                matchers[i] = new LabelMatcher((Telemetry.Labels.MatchType)(reader.ReadByte() & 3), reader.ReadString(), reader.ReadString());
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            // An expression that this program cannot read deletes nothing: better too much is kept than too little.
            return null;
        }
        return reader.Failed ? null : new Deletion(from, to, matchers, through);
    }
}
