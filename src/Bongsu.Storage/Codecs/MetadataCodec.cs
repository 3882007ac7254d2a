using Bongsu.Telemetry.Metrics;

namespace Bongsu.Storage.Codecs;

/// <summary>Metric metadata as bytes.</summary>
internal static class MetadataCodec
{
    public static void Put(ByteWriter into, IReadOnlyCollection<MetricMetadata> metadata)
    {
        into.PutVarint((ulong)metadata.Count);
        foreach (var item in metadata)
        {
            into.PutText(item.Name);
            into.PutByte((byte)item.Type);
            into.PutText(item.Unit);
            into.PutText(item.Help);
        }
    }

    public static bool TryRead(ref ByteReader reader, List<MetricMetadata> into)
    {
        var count = reader.ReadCount(4);
        for (var i = 0; i < count && !reader.Failed; i++)
            into.Add(new MetricMetadata(reader.ReadString(), (MetricType)reader.ReadByte(), reader.ReadString(), reader.ReadString()));
        return !reader.Failed;
    }
}
