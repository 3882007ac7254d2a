using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Bongsu.Ingest.Receive.Syslog;

/// <summary>
/// Takes syslog over TCP and UDP on one address. The protocol has no authentication: who may send is told by address, this machine always. Thread-safe.
/// </summary>
public sealed partial class SyslogListener : IAsyncDisposable
{
    // Some thousands of messages, for the time of an append.
    private const int DatagramBufferBytes = 4 * IngestLimits.MiB;

    private const int Backlog = 64;

    // A free TCP port whose UDP twin is taken is tried again.
    private const int PortAttempts = 20;

    private static readonly TimeSpan AcceptPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan ToldInterval = TimeSpan.FromMinutes(1);

    private readonly IngestService _ingest;
    private readonly SyslogLimits _limits;
    private readonly IReadOnlyList<IPNetwork> _allowed;
    private readonly TimeProvider _time;
    private readonly ILogger<SyslogListener> _log;
    private readonly CancellationTokenSource _stop = new();
    private readonly object _lock = new();
    private readonly Dictionary<IPAddress, int> _connections = [];
    private readonly HashSet<Task> _serving = [];
    private readonly Dictionary<SyslogConnection, Socket> _open = [];
    private Socket _tcp = null!;
    private Socket _udp = null!;
    private Task _running = Task.CompletedTask;
    private long _told;
    private int _count;

    private SyslogListener(IngestService ingest, IReadOnlyList<IPNetwork> allowed, SyslogLimits limits, TimeProvider time, ILogger<SyslogListener> log) =>
        (_ingest, _allowed, _limits, _time, _log) = (ingest, allowed, limits, time, log);

    /// <summary>Where it listens, with the port that it has got.</summary>
    public IPEndPoint Address { get; private set; } = null!;

    /// <summary>Connections that are open.</summary>
    public int Connections => Volatile.Read(ref _count);

    /// <param name="ingest">Takes the messages.</param>
    /// <param name="address">TCP and UDP alike; port 0 takes a free one.</param>
    /// <param name="allowed">Networks that may send besides this machine.</param>
    /// <param name="limits">What senders may take.</param>
    /// <param name="time">Clock.</param>
    /// <param name="log">Says why connections are closed, once a minute at most.</param>
    /// <exception cref="IOException">The address is taken.</exception>
    public static SyslogListener Start(IngestService ingest, IPEndPoint address, IReadOnlyList<IPNetwork> allowed, SyslogLimits limits, TimeProvider time, ILogger<SyslogListener> log)
    {
        var listener = new SyslogListener(ingest, allowed, limits, time, log);
        listener.Bind(address);
        listener._running = Task.WhenAll(
            Task.Run(listener.AcceptAsync),
            Task.Run(() => listener.Quietly(() => new SyslogDatagrams(ingest, listener._udp, listener.MayCome, listener.LogEnded).RunAsync(listener._stop.Token))));
        return listener;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _tcp.Dispose();
        _udp.Dispose();
        await _running;
        Task[] serving;
        lock (_lock)
            serving = [.. _serving];
        await Task.WhenAll(serving);
        _stop.Dispose();
    }

    /// <summary>An address as it is written: IPv4 also where it came through an IPv6 socket.</summary>
    internal static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    private void Bind(IPEndPoint address)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                _tcp = Listening(address, SocketType.Stream, ProtocolType.Tcp);
                _tcp.Listen(Backlog);
                Address = (IPEndPoint)_tcp.LocalEndPoint!;
                _udp = Listening(new IPEndPoint(address.Address, Address.Port), SocketType.Dgram, ProtocolType.Udp);
                _udp.ReceiveBufferSize = DatagramBufferBytes;
                return;
            }
            catch (SocketException e)
            {
                _tcp?.Dispose();
                if (address.Port != 0 || attempt == PortAttempts)
                    throw new IOException($"Cannot listen for syslog on {address}: {e.Message}", e);
            }
        }
    }

    private static Socket Listening(IPEndPoint address, SocketType type, ProtocolType protocol)
    {
        var socket = new Socket(address.AddressFamily, type, protocol);
        try
        {
            if (address.AddressFamily == AddressFamily.InterNetworkV6)
                socket.DualMode = true;
            socket.Bind(address);
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
    }

    private bool MayCome(IPAddress sender)
    {
        var plain = Plain(sender);
        if (IPAddress.IsLoopback(plain))
            return true;
        foreach (var network in _allowed)
        {
            if (network.Contains(plain))
                return true;
        }
        return false;
    }

    private Task AcceptAsync() => Quietly(async () =>
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var socket = await _tcp.AcceptAsync(_stop.Token);
                if (TryEnter(socket) is { } sender)
                    Serve(socket, sender);
                else
                    socket.Dispose();
            }
            catch (SocketException)
            {
                // A sender that left while it was let in, or no file handle left: the next one may be well.
                await Task.Delay(AcceptPause, _time, _stop.Token);
            }
        }
    });

    private IPAddress? TryEnter(Socket socket)
    {
        if ((socket.RemoteEndPoint as IPEndPoint)?.Address is not { } address)
            return null;
        var sender = Plain(address);
        string? refusal = null;
        lock (_lock)
        {
            var ofSender = _connections.GetValueOrDefault(sender);
            if (!MayCome(sender))
                refusal = "it is not among the networks that may send (--syslog-allow)";
            else if (ofSender >= _limits.ConnectionsPerAddress && !IPAddress.IsLoopback(sender))
                refusal = $"it has {_limits.ConnectionsPerAddress} connections open, which is the limit";
            else if (_count >= _limits.Connections && !TryMakeRoom())
                refusal = $"{_limits.Connections} connections are open, which is the limit";
            if (refusal is null)
            {
                _connections[sender] = ofSender + 1;
                _count++;
                return sender;
            }
        }
        Refuse(sender, refusal);
        return null;
    }

    /// <summary>Ends the connection that has been silent for longest, if that is as long as a message may take: its sender opens another when it has something to say.</summary>
    private bool TryMakeRoom()
    {
        SyslogConnection? silent = null;
        foreach (var connection in _open.Keys)
        {
            if (connection.Silence >= (silent?.Silence ?? _limits.Message))
                silent = connection;
        }
        if (silent is null || !_open.Remove(silent, out var socket))
            return false;
        try
        {
            socket.Shutdown(SocketShutdown.Receive);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It ends by itself.
        }
        return true;
    }

    private void Serve(Socket socket, IPAddress sender)
    {
        var serving = Task.Run(() => ServeAsync(socket, sender));
        lock (_lock)
            _serving.Add(serving);
        serving.ContinueWith(done =>
        {
            lock (_lock)
                _serving.Remove(done);
        }, TaskScheduler.Default);
    }

    private async Task ServeAsync(Socket socket, IPAddress sender)
    {
        var connection = new SyslogConnection(_ingest, _limits, sender.ToString(), _time);
        lock (_lock)
            _open.Add(connection, socket);
        try
        {
            await Quietly(async () =>
            {
                await using var stream = new NetworkStream(socket, ownsSocket: true);
                // Counted before the sender sees its connection end.
                if (await connection.RunAsync(stream, _stop.Token) is { } fault)
                    Refuse(sender, fault);
            });
        }
        finally
        {
            Leave(connection, sender);
        }
    }

    private void Leave(SyslogConnection connection, IPAddress sender)
    {
        lock (_lock)
        {
            _open.Remove(connection);
            _count--;
            if (--_connections[sender] == 0)
                _connections.Remove(sender);
        }
    }

    private void Refuse(IPAddress sender, string why)
    {
        _ingest.Counters.Refused();
        lock (_lock)
        {
            if (_told != 0 && _time.GetElapsedTime(_told) < ToldInterval)
                return;
            _told = _time.GetTimestamp();
        }
        LogRefused(sender, why);
    }

    // The end of the server ends what waits; nothing else may end the listener.
    private async Task Quietly(Func<Task> run)
    {
        try
        {
            await run();
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException or IOException)
        {
            if (!_stop.IsCancellationRequested)
                LogEnded(e);
        }
    }
}
