using System.Text.Json;
using Bongsu.Ingest.Decode;

namespace Bongsu.Ingest.Receive;

/// <summary>Bodies of OTLP answers: Export…ServiceResponse with its partial success, and google.rpc.Status, in protobuf and JSON.</summary>
internal static class OtlpReply
{
    private const int MaxMessageLength = 2_000;

    public static byte[] Success(Signal signal, IngestOutcome outcome, bool isJson)
    {
        var rejected = outcome.Rejected;
        if (rejected == 0)
            return isJson ? "{}"u8.ToArray() : [];
        var reasons = Cut(outcome.Reasons());
        if (isJson)
            return Json(writer =>
            {
                writer.WriteStartObject("partialSuccess");
                writer.WriteString(RejectedName(signal), rejected.ToString(System.Globalization.CultureInfo.InvariantCulture));
                writer.WriteString("errorMessage", reasons);
                writer.WriteEndObject();
            });
        var message = new ProtoWriter(new ByteBuffer());
        var partial = message.Open(1);
        message.Varint(1, (ulong)rejected);
        message.Text(2, reasons);
        message.Close(partial);
        return message.Buffer.Span.ToArray();
    }

    public static byte[] Status(int code, string text, bool isJson, int retryAfterSeconds = 0)
    {
        text = Cut(text);
        if (isJson)
            return Json(writer =>
            {
                writer.WriteNumber("code", code);
                writer.WriteString("message", text);
            });
        var message = new ProtoWriter(new ByteBuffer());
        message.Varint(1, (ulong)code);
        message.Text(2, text);
        if (retryAfterSeconds > 0)
            RetryInfo(message, retryAfterSeconds);
        return message.Buffer.Span.ToArray();
    }

    /// <summary>google.rpc.RetryInfo in an Any: without it, clients take RESOURCE_EXHAUSTED for final.</summary>
    private static void RetryInfo(ProtoWriter message, int seconds)
    {
        var any = message.Open(3);
        message.Text(1, "type.googleapis.com/google.rpc.RetryInfo");
        var info = message.Open(2);
        var delay = message.Open(1);
        message.Varint(1, (ulong)seconds);
        message.Close(delay);
        message.Close(info);
        message.Close(any);
    }

    private static string RejectedName(Signal signal) => signal switch
    {
        Signal.Traces => "rejectedSpans",
        Signal.Logs => "rejectedLogRecords",
        _ => "rejectedDataPoints",
    };

    private static string Cut(string text) => text.Length <= MaxMessageLength ? text : text[..MaxMessageLength] + "…";

    private static byte[] Json(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }
        return stream.ToArray();
    }
}
