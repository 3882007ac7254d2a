using Bongsu.Storage.Codecs;
using Bongsu.Storage.Frames;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Storage.Blocks;

/// <summary>Metric metadata as it was when the WAL was last sealed; the WAL since then has the rest.</summary>
internal static class MetadataFile
{
    public static void Write(Disk disk, string path, IReadOnlyCollection<MetricMetadata> metadata)
    {
        var bytes = new ByteWriter();
        new FileHeader(FileKind.Metadata, FileHeader.CurrentVersion, 0, 0).Put(bytes);
        var start = Frame.Begin(bytes);
        MetadataCodec.Put(bytes, metadata);
        Frame.End(bytes, start, FrameType.Metadata, 1);
        disk.WriteWhole(path, bytes.Written);
    }

    public static List<MetricMetadata> Read(string path, ProblemLog problems)
    {
        var metadata = new List<MetricMetadata>();
        if (!File.Exists(path))
            return metadata;
        var bytes = File.ReadAllBytes(path);
        var frames = new FrameScanner(bytes);
        while (frames.Read())
        {
            if (frames.Type != FrameType.Metadata)
                continue;
            var reader = new ByteReader(frames.Payload);
            if (!MetadataCodec.TryRead(ref reader, metadata))
                problems.Add(new Corruption(path, frames.Offset, "the metadata does not decode; senders give it again"));
        }
        foreach (var (offset, length, _) in frames.Damages ?? [])
            problems.Add(new Corruption(path, offset, $"{length} damaged bytes of metric metadata; senders give it again"));
        return metadata;
    }
}
