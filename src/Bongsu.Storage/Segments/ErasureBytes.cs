using Bongsu.Storage.Codecs;
using Bongsu.Telemetry.Labels;
using MatchType = Bongsu.Telemetry.Labels.MatchType;

namespace Bongsu.Storage.Segments;

/// <summary>What deletions of logs and of spans write alike.</summary>
internal static class ErasureBytes
{
    public static void PutSegments(ByteWriter into, IReadOnlySet<long> segments)
    {
        into.PutVarint((ulong)segments.Count);
        foreach (var segment in segments)
            into.PutVarint((ulong)segment);
    }

    public static HashSet<long> ReadSegments(ref ByteReader reader)
    {
        var segments = new HashSet<long>();
        for (var left = reader.ReadCount(1); left > 0 && !reader.Failed; left--)
            segments.Add((long)reader.ReadVarint());
        return segments;
    }

    public static void PutMatchers(ByteWriter into, IReadOnlyList<LabelMatcher> matchers)
    {
        into.PutVarint((ulong)matchers.Count);
        foreach (var matcher in matchers)
        {
            into.PutByte((byte)matcher.Type);
            into.PutText(matcher.Name);
            into.PutText(matcher.Value);
        }
    }

    /// <exception cref="ArgumentException">An expression is none.</exception>
    /// <exception cref="NotSupportedException">An expression is beyond what is run in linear time.</exception>
    public static LabelMatcher[] ReadMatchers(ref ByteReader reader)
    {
        var matchers = new LabelMatcher[reader.ReadCount(3)];
        for (var i = 0; i < matchers.Length && !reader.Failed; i++)
            matchers[i] = new LabelMatcher((MatchType)(reader.ReadByte() & 3), reader.ReadString(), reader.ReadString());
        return matchers;
    }
}
