namespace Bongsu.Ingest.Decode.Syslog;

/// <summary>Some syslog messages as they came, each with the address that sent it. Not thread-safe; reusable through <see cref="Clear"/>.</summary>
internal sealed class SyslogFrames
{
    private readonly ByteBuffer _bytes = new();
    private readonly List<(int Start, int Length, string Sender)> _frames = [];

    public int Count => _frames.Count;

    public int Bytes => _bytes.Length;

    public void Add(ReadOnlySpan<byte> message, string sender)
    {
        _frames.Add((_bytes.Length, message.Length, sender));
        _bytes.Append(message);
    }

    public ReadOnlySpan<byte> Message(int index) => _bytes.Span.Slice(_frames[index].Start, _frames[index].Length);

    public string Sender(int index) => _frames[index].Sender;

    public void Clear()
    {
        _bytes.Clear();
        _frames.Clear();
    }
}
