using System.Net.Sockets;
using Bongsu.Ingest.Decode.Syslog;

namespace Bongsu.Ingest.Receive.Syslog;

/// <summary>
/// One TCP sender: what comes is cut into messages and handed on, one read at a time, so that a store which is slow or full slows the sender down and nobody
/// else. Syslog knows no acknowledgement: what is lost with a connection is lost.
/// </summary>
internal sealed class SyslogConnection(IngestService ingest, SyslogLimits limits, string sender, TimeProvider time)
{
    private const int FirstBytes = 16 * IngestLimits.KiB;
    private const int FrameBytes = 16;

    /// <summary>How long a full store is left alone.</summary>
    private static readonly TimeSpan FullPause = TimeSpan.FromSeconds(1);

    private readonly SyslogFrames _frames = new();
    private byte[] _buffer = new byte[FirstBytes];
    private int _length;
    private long _messageBegan;
    private long _heard = time.GetTimestamp();
    private bool _isKnown;
    private bool _isByLine;

    /// <summary>How long nothing has come. May be asked by any thread.</summary>
    public TimeSpan Silence => time.GetElapsedTime(Volatile.Read(ref _heard));

    /// <summary>Reads until the sender ends, stalls or breaks the rules: then why, or null.</summary>
    public async Task<string?> RunAsync(Stream stream, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await ReadAsync(stream, cancellationToken);
            if (read < 0)
                return _length == 0 ? null : $"a message has not arrived whole within {limits.Message.TotalSeconds:0} s";
            if (read == 0)
                return await EndAsync(cancellationToken);
            _length += read;
            if (Cut() is { } fault)
            {
                await DeliverAsync(cancellationToken);
                return fault;
            }
            await DeliverAsync(cancellationToken);
        }
    }

    /// <summary>How much came; 0 at the end, -1 when nothing came in time.</summary>
    private async ValueTask<int> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        if (_length == _buffer.Length)
            Array.Resize(ref _buffer, Math.Min(_buffer.Length * 2, limits.MessageBytes + FrameBytes));
        var patience = _length == 0 ? limits.Idle : limits.Message - time.GetElapsedTime(_messageBegan);
        if (patience <= TimeSpan.Zero)
            return -1;
        using var late = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            var read = await stream.ReadAsync(_buffer.AsMemory(_length), either.Token);
            Volatile.Write(ref _heard, time.GetTimestamp());
            if (_length == 0)
                _messageBegan = _heard;
            return read;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return -1;
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            return 0;
        }
    }

    /// <summary>Takes the messages that are whole; what is wrong with the next, or null.</summary>
    private string? Cut()
    {
        var at = 0;
        var found = SyslogFraming.Found.Message;
        while (found == SyslogFraming.Found.Message)
        {
            found = SyslogFraming.Next(_buffer.AsSpan(at, _length - at), limits.MessageBytes, !_isByLine, out var message, out var used);
            // The first byte that counts of a connection tells how its sender cuts: the second line of a text may begin with a number.
            if (!_isKnown && message.Length > 0)
                _isByLine = _buffer.AsSpan(at, used).TrimStart("\r\n\0"u8)[0] == '<';
            if (found == SyslogFraming.Found.Message && !IsExpected(message))
                return "the first message begins with no priority; this port takes syslog";
            if (found == SyslogFraming.Found.Message)
                _frames.Add(message, sender);
            at += used;
        }
        _buffer.AsSpan(at, _length - at).CopyTo(_buffer);
        _length -= at;
        if (at > 0)
            _messageBegan = time.GetTimestamp();
        return found == SyslogFraming.Found.TooLong ? $"a message is over the limit of {limits.MessageBytes} bytes" : null;
    }

    // Later lines without a priority are those of a text of several lines, from a sender that ends messages by line feeds.
    private bool IsExpected(ReadOnlySpan<byte> message)
    {
        _isKnown |= message.StartsWith("<"u8);
        return _isKnown;
    }

    /// <summary>A last line may lack its end.</summary>
    private async Task<string?> EndAsync(CancellationToken cancellationToken)
    {
        if (_length > 0 && (_isByLine || _buffer[0] == '<'))
            _frames.Add(_buffer.AsSpan(0, _length), sender);
        await DeliverAsync(cancellationToken);
        return null;
    }

    private async Task DeliverAsync(CancellationToken cancellationToken)
    {
        while (_frames.Count > 0)
        {
            var answer = await ingest.SyslogAsync(_frames, cancellationToken);
            if (answer.Outcome is not { IsStoreFull: true })
                _frames.Clear();
            else
                await Task.Delay(FullPause, time, cancellationToken);
        }
    }
}
