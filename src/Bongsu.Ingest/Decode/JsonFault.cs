using System.Text.Json;

namespace Bongsu.Ingest.Decode;

/// <summary>What the framework's reader says of broken JSON, as it is told to senders.</summary>
internal static class JsonFault
{
    public static DecodeFailure Of(JsonException e) =>
        new($"malformed JSON at line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}: {Reason(e)}; nothing of the request was stored");

    // Without the place, which stands in front.
    private static string Reason(JsonException e)
    {
        var end = e.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return end < 0 ? e.Message : e.Message[..end].TrimEnd('.');
    }
}
