using System.Net;
using System.Net.Sockets;
using Bongsu.Ingest.Decode.Syslog;

namespace Bongsu.Ingest.Receive.Syslog;

/// <summary>Syslog over UDP: a message a datagram. What comes while the store is busy waits in the socket's buffer, and beyond it is lost: the protocol has no way to say so.</summary>
internal sealed class SyslogDatagrams(IngestService ingest, Socket socket, Func<IPAddress, bool> mayCome)
{
    private const int MaxDatagramBytes = 64 * IngestLimits.KiB;
    private const int MaxMessages = 2_000;

    private readonly SyslogFrames _frames = new();
    private readonly byte[] _buffer = GC.AllocateArray<byte>(MaxDatagramBytes, pinned: true);
    private readonly EndPoint _any = new IPEndPoint(socket.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, 0);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var received = await socket.ReceiveFromAsync(_buffer, _any, cancellationToken);
                Take(received.ReceivedBytes, (IPEndPoint)received.RemoteEndPoint);
                // What has come meanwhile goes with it.
                while (_frames.Count < MaxMessages && socket.Available > 0)
                {
                    var sender = _any;
                    Take(socket.ReceiveFrom(_buffer, ref sender), (IPEndPoint)sender);
                }
            }
            catch (SocketException)
            {
                // An earlier sender's port is closed, or a datagram was too large: the next one may be well.
            }
            if (_frames.Count > 0)
                await ingest.SyslogAsync(_frames, cancellationToken);
            _frames.Clear();
        }
    }

    private void Take(int length, IPEndPoint sender)
    {
        var message = _buffer.AsSpan(0, length).TrimEnd("\r\n\0"u8);
        if (!mayCome(sender.Address) || !message.StartsWith("<"u8))
            ingest.Counters.Refused();
        else
            _frames.Add(message, SyslogListener.Plain(sender.Address).ToString());
    }
}
