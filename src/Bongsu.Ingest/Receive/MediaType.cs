namespace Bongsu.Ingest.Receive;

/// <summary>Content types and encodings as requests name them.</summary>
internal static class MediaType
{
    public const string Json = "application/json";
    public const string Protobuf = "application/x-protobuf";
    public const string Grpc = "application/grpc";

    /// <summary>The type without parameters, in lower case; empty when none was sent.</summary>
    public static string Of(string? contentType)
    {
        if (string.IsNullOrWhiteSpace(contentType))
            return "";
        var end = contentType.IndexOf(';');
        return (end < 0 ? contentType : contentType[..end]).Trim().ToLowerInvariant();
    }
}
