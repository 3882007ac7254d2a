using System.Buffers.Binary;

namespace Bongsu.Server.Tests.Ingest;

/// <summary>Unary calls of gRPC.</summary>
internal static class Grpc
{
    private const int FrameBytes = 5;

    public static async Task<Reply> SendAsync(WaysHost host, string path, byte[] message, string? encoding)
    {
        var framed = new byte[FrameBytes + message.Length];
        framed[0] = encoding is null ? (byte)0 : (byte)1;
        BinaryPrimitives.WriteInt32BigEndian(framed.AsSpan(1), message.Length);
        message.CopyTo(framed, FrameBytes);
        var (status, text, answer) = await host.CallAsync(path, framed, encoding);
        // As HTTP has them: internal and unknown are failures of the server.
        return new Reply(status switch { "0" => 200, "2" or "13" or "" => 500, "8" => 429, "14" => 503, _ => 400 }, status == "0" && answer.Length == FrameBytes, text + System.Text.Encoding.UTF8.GetString(answer));
    }
}
