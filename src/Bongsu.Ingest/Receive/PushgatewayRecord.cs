using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization;
using Bongsu.Ingest.Decode.Exposition;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Ingest.Receive;

/// <summary>
/// One change of a group in the journal: a byte of version, then JSON under Brotli. State is the fold over all of them; what is not understood is left
/// out, never a reason not to start.
/// </summary>
internal sealed record PushgatewayRecord
{
    public const string Put = "put";
    public const string Post = "post";
    public const string Delete = "delete";
    public const string Fail = "fail";

    private const byte Version = 1;
    private const int MaxJsonBytes = 64 * IngestLimits.MiB;

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public required string Change { get; init; }
    public required Dictionary<string, string> Labels { get; init; }
    public required long TimeMs { get; init; }
    public List<Family>? Families { get; init; }

    public sealed record Family(string Name, MetricType Type, ExpositionFormat Format, byte[] Bytes);

    public static PushgatewayRecord Of(string change, LabelSet labels, long timeMs, IReadOnlyList<PushgatewayFamily>? families = null) => new()
    {
        Change = change,
        Labels = labels.ToList().ToDictionary(l => l.Name, l => l.Value),
        TimeMs = timeMs,
        Families = families?.Select(f => new Family(f.Name, f.Type, f.Format, f.Bytes)).ToList(),
    };

    public LabelSet Key()
    {
        var labels = new LabelSetBuilder();
        foreach (var (name, value) in Labels)
            labels.Set(name, value);
        return labels.ToLabelSet();
    }

    public byte[] Encode()
    {
        var record = new MemoryStream();
        record.WriteByte(Version);
        using (var packed = new BrotliStream(record, CompressionLevel.Fastest, leaveOpen: true))
            JsonSerializer.Serialize(packed, this, s_json);
        return record.ToArray();
    }

    public static PushgatewayRecord? Decode(ReadOnlySpan<byte> record)
    {
        if (record.IsEmpty || record[0] != Version)
            return null;
        try
        {
            using var packed = new BrotliStream(new MemoryStream(record[1..].ToArray()), CompressionMode.Decompress);
            var json = new MemoryStream();
            var buffer = new byte[64 * IngestLimits.KiB];
            while (packed.Read(buffer) is > 0 and var read)
            {
                json.Write(buffer, 0, read);
                if (json.Length > MaxJsonBytes)
                    return null;
            }
            return JsonSerializer.Deserialize<PushgatewayRecord>(json.GetBuffer().AsSpan(0, (int)json.Length), s_json);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or InvalidDataException)
        {
            return null;
        }
    }
}
