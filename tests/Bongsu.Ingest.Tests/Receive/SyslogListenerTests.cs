using System.Net;
using System.Net.Sockets;
using System.Text;
using Bongsu.Ingest.Receive.Syslog;
using Bongsu.Telemetry.Logs;
using Bongsu.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bongsu.Ingest.Tests.Receive;

public sealed class SyslogListenerTests : IAsyncDisposable
{
    private readonly MemoryStore _store = new();
    private readonly ManualTime _time = new();
    private IngestService? _ingest;
    private SyslogListener? _listener;

    public ValueTask DisposeAsync() => _listener?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task BothTransportsAndBothFramingsAreTaken()
    {
        var listener = Start();
        using var tcp = await ConnectAsync(listener);
        await tcp.SendAsync("17 <14>1 - h a - - -<14>1 - h a - - - two\n<14>1 - h a - - - sp"u8.ToArray());
        await tcp.SendAsync("lit\n"u8.ToArray());
        await LinesAsync(3);
        using var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        await udp.SendToAsync("<14>1 - h a - - - by udp\n"u8.ToArray(), listener.Address);
        Assert.Equal(["", "by udp", "split", "two"], (await LinesAsync(4)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task ALastLineNeedsNoEnd()
    {
        var listener = Start();
        using (var tcp = await ConnectAsync(listener))
            await tcp.SendAsync("<14>1 - h a - - - last"u8.ToArray());
        Assert.Equal(["last"], await LinesAsync(1));
    }

    /// <summary>A number at the beginning of a line is a length only where the sender counts.</summary>
    [Fact]
    public async Task LinesOfATextThatBeginWithANumberStayLines()
    {
        var listener = Start();
        using (var tcp = await ConnectAsync(listener))
            await tcp.SendAsync("<14>1 - h a - - - report\n5 errors were found\n7 <b>\n<14>1 - h a - - - next\n12 more"u8.ToArray());
        Assert.Equal(["12 more", "5 errors were found", "7 <b>", "next", "report"], (await LinesAsync(5)).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("\u0016\u0003\u0001\u0002\n")]
    [InlineData("2000000 <14>1 - h a - - - x")]
    [InlineData("99999999999999999 <14>")]
    public async Task GarbageEndsItsOwnConnectionAlone(string garbage)
    {
        var listener = Start();
        using var good = await ConnectAsync(listener);
        await good.SendAsync("<14>1 - h a - - - before\n"u8.ToArray());
        using var bad = await ConnectAsync(listener);
        await bad.SendAsync(Encoding.Latin1.GetBytes(garbage));
        await AssertClosedAsync(bad);
        await good.SendAsync("<14>1 - h a - - - after\n"u8.ToArray());
        Assert.Equal(["after", "before"], (await LinesAsync(2)).Order(StringComparer.Ordinal));
        Assert.Equal(1, _ingest!.Counters.Snapshot().RefusedRequests);
    }

    [Fact]
    public async Task ASenderThatStallsInAMessageIsClosed()
    {
        var listener = Start();
        using var tcp = await ConnectAsync(listener);
        await tcp.SendAsync("<14>1 - h a - - - whole\n100 <14>1"u8.ToArray());
        await LinesAsync(1);
        await AdvanceUntilClosedAsync(tcp, TimeSpan.FromSeconds(61));
    }

    [Fact]
    public async Task ASilentSenderIsClosed()
    {
        var listener = Start();
        using var tcp = await ConnectAsync(listener);
        await AdvanceUntilClosedAsync(tcp, TimeSpan.FromMinutes(61));
    }

    [Fact]
    public async Task ConnectionsAreLimited()
    {
        var listener = Start(new SyslogLimits { Connections = 2 });
        using var first = await ConnectAsync(listener);
        using var second = await ConnectAsync(listener);
        using var third = await ConnectAsync(listener);
        await AssertClosedAsync(third);
        Assert.Equal(2, listener.Connections);
    }

    /// <summary>Connections that are held open and say nothing keep out nobody who has something to say.</summary>
    [Fact]
    public async Task TheOneThatIsSilentForLongestGivesWay()
    {
        var listener = Start(new SyslogLimits { Connections = 2 });
        using var silent = await ConnectAsync(listener);
        await OpenAsync(listener, 1);
        _time.Advance(TimeSpan.FromSeconds(50));
        using var busy = await ConnectAsync(listener);
        await busy.SendAsync("<14>1 - h a - - - one\n"u8.ToArray());
        await LinesAsync(1);
        _time.Advance(TimeSpan.FromSeconds(20));
        using var next = await ConnectAsync(listener);
        await next.SendAsync("<14>1 - h a - - - two\n"u8.ToArray());
        await AssertClosedAsync(silent);
        await busy.SendAsync("<14>1 - h a - - - three\n"u8.ToArray());
        Assert.Equal(["one", "three", "two"], (await LinesAsync(3)).Order(StringComparer.Ordinal));
        using var refused = await ConnectAsync(listener);
        await AssertClosedAsync(refused);
    }

    [Fact]
    public async Task LargeMessagesComeWhole()
    {
        var listener = Start();
        using var tcp = await ConnectAsync(listener);
        var text = new string('x', 200_000);
        await tcp.SendAsync(Encoding.ASCII.GetBytes($"<14>1 - h a - - - {text}\n"));
        Assert.Equal([text], await LinesAsync(1));
    }

    private SyslogListener Start(SyslogLimits? limits = null)
    {
        _ingest = new IngestService(_store, new IngestOptions(), _time, NullLogger<IngestService>.Instance);
        return _listener = SyslogListener.Start(_ingest, new IPEndPoint(IPAddress.Loopback, 0), [], limits ?? new SyslogLimits(), _time, NullLogger<SyslogListener>.Instance);
    }

    private static async Task<Socket> ConnectAsync(SyslogListener listener)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(listener.Address);
        return socket;
    }

    private static async Task OpenAsync(SyslogListener listener, int count)
    {
        for (var left = 1_500; listener.Connections < count && left > 0; left--)
            await Task.Delay(20);
        Assert.Equal(count, listener.Connections);
    }

    private static async Task AssertClosedAsync(Socket socket)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        try
        {
            Assert.Equal(0, await socket.ReceiveAsync(new byte[1], late.Token));
        }
        catch (SocketException)
        {
            // Closed with unread bytes: a reset.
        }
    }

    private async Task AdvanceUntilClosedAsync(Socket socket, TimeSpan step)
    {
        var closed = AssertClosedAsync(socket);
        while (!closed.IsCompleted)
        {
            _time.Advance(step);
            await Task.WhenAny(closed, Task.Delay(20));
        }
        await closed;
    }

    private async Task<List<string>> LinesAsync(int count)
    {
        for (var left = 1_500; ; left--)
        {
            var lines = new List<string>();
            await foreach (var batch in _store.SelectAsync(new LogSelect(0, long.MaxValue, []), [], default))
                lines.AddRange(Enumerable.Range(0, batch.Count).Select(batch.BodyText));
            if (lines.Count >= count || left == 0)
                return lines;
            await Task.Delay(20);
        }
    }
}
