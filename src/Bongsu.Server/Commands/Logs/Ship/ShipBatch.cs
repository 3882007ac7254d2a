using System.IO.Compression;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Bongsu.Server.Commands.Logs.Ship;

/// <summary>Records on their way, as the gzip body of one request. Immutable.</summary>
internal sealed record ShipBatch(byte[] Body, int Records, long EndOffset, int File)
{
    // Half of what the server takes in one request, and few enough for its answer to come soon.
    public const int MaxBytes = 4 << 20;
    public const int MaxRecords = 10_000;

    private static readonly JsonWriterOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static ShipBatch Of(IReadOnlyList<ShippedLine> records)
    {
        using var body = new MemoryStream();
        using (var gzip = new GZipStream(body, CompressionLevel.Fastest, leaveOpen: true))
        {
            foreach (var record in records)
            {
                using (var json = new Utf8JsonWriter(gzip, s_json))
                {
                    json.WriteStartObject();
                    json.WriteNumber("date", record.TimeNanos);
                    json.WriteString("message", record.Text);
                    json.WriteEndObject();
                }
                gzip.WriteByte((byte)'\n');
            }
        }
        return new ShipBatch(body.ToArray(), records.Count, records[^1].EndOffset, records[^1].File);
    }
}
