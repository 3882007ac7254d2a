using System.Text;

namespace Bongsu.Server.Commands.Logs.Ship;

/// <summary>Cuts bytes into lines of UTF-8; what is none becomes U+FFFD. A line beyond a limit is cut. Not thread-safe.</summary>
internal sealed class LineSplitter
{
    /// <summary>A quarter of what the server takes, since each character may become several bytes.</summary>
    public const int MaxLineBytes = 256 * 1024;

    private byte[] _rest = new byte[4 * 1024];
    private int _length;
    private long _offset;

    /// <summary>Where the next line begins.</summary>
    public long Offset => _offset;

    /// <summary>Begins anew with the byte at an offset.</summary>
    public void Begin(long offset) => (_offset, _length) = (offset, 0);

    public void Add(ReadOnlySpan<byte> bytes, Action<string, long> add)
    {
        while (!bytes.IsEmpty)
        {
            var end = bytes.IndexOf((byte)'\n');
            var part = end < 0 ? bytes : bytes[..end];
            part = part[..Math.Min(part.Length, MaxLineBytes - _length)];
            Keep(part);
            bytes = bytes[part.Length..];
            if (end >= 0 && !bytes.IsEmpty && bytes[0] == '\n')
            {
                bytes = bytes[1..];
                Cut(1, add);
            }
            else if (_length == MaxLineBytes)
            {
                Cut(0, add);
            }
        }
    }

    /// <summary>Gives out a last line that has no end.</summary>
    public void End(Action<string, long> add)
    {
        if (_length > 0)
            Cut(0, add);
    }

    private void Keep(ReadOnlySpan<byte> part)
    {
        if (_length + part.Length > _rest.Length)
            Array.Resize(ref _rest, Math.Max(_rest.Length * 2, _length + part.Length));
        part.CopyTo(_rest.AsSpan(_length));
        _length += part.Length;
    }

    private void Cut(int lineEnd, Action<string, long> add)
    {
        _offset += _length + lineEnd;
        var text = _rest.AsSpan(0, _length);
        if (text.EndsWith("\r"u8))
            text = text[..^1];
        var line = Encoding.UTF8.GetString(text);
        _length = 0;
        add(line, _offset);
    }
}
