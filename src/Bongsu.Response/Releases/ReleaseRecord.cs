using System.Text.Json;
using System.Text.Json.Serialization;

namespace Bongsu.Response.Releases;

/// <summary>
/// One record of the journal log <c>releases</c>: a release, or (when <see cref="Of"/> is set) more instances of an earlier one. Unknown properties
/// are ignored, so that newer records stay readable.
/// </summary>
internal sealed record ReleaseRecord
{
    public string? Of { get; init; }
    public string Service { get; init; } = "";
    public string Version { get; init; } = "";
    public string? PreviousVersion { get; init; }
    public long AtMs { get; init; }
    public string Source { get; init; } = "";
    public IReadOnlyList<string> Instances { get; init; } = [];
    public string? Commit { get; init; }
    public string? By { get; init; }

    public byte[] Encode() => JsonSerializer.SerializeToUtf8Bytes(this, ReleaseJson.Default.ReleaseRecord);

    /// <summary>Null for bytes that are no such record.</summary>
    public static ReleaseRecord? Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return JsonSerializer.Deserialize(bytes, ReleaseJson.Default.ReleaseRecord);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ReleaseRecord))]
internal sealed partial class ReleaseJson : JsonSerializerContext;
