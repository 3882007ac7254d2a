using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Bongsu.EndToEnd.Tests;

/// <summary>Syslog as programs send it: over sockets, and by util-linux's logger where it is installed.</summary>
public sealed class SyslogTests
{
    [Fact]
    public async Task MessagesOfBothTransportsAreFoundByService()
    {
        using var data = new TemporaryDirectory();
        await using var server = await ServerProcess.StartAsync(data.Path, "--syslog", "127.0.0.1:0");
        var address = IPEndPoint.Parse(server.Syslog);
        using (var tcp = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            await tcp.ConnectAsync(address);
            await tcp.SendAsync("<11>1 - web1 shop 42 - - {\"message\":\"no stock\",\"trace_id\":\"0102030405060708090a0b0c0d0e0f10\"}\n"u8.ToArray());
        }
        using var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        await udp.SendToAsync("<14>1 - web1 shop - - - by udp"u8.ToArray(), address);
        await UntilAsync(server, "{service_name=\"shop\", level=\"error\"} | trace_id=\"0102030405060708090a0b0c0d0e0f10\"");
        await UntilAsync(server, "{service_name=\"shop\", level=\"info\"} |= \"by udp\" | host_name=\"web1\"");

        if (!Logger(address, "--tcp", "--octet-count", "counted by logger"))
        {
            Console.WriteLine("SKIPPED: no logger (util-linux).");
            return;
        }
        Logger(address, "--tcp", "--rfc3164", "old by logger");
        Logger(address, "--udp", "--rfc5424", "new by logger");
        foreach (var text in (string[])["counted", "old", "new"])
            await UntilAsync(server, $"{{service_name=\"made\"}} |= \"{text} by logger\" | syslog_facility=\"local3\"");
    }

    [Fact]
    public async Task AnAddressThatOthersReachNeedsNetworks()
    {
        using var data = new TemporaryDirectory();
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => ServerProcess.StartAsync(data.Path, "--syslog", "0.0.0.0:0"));
        Assert.Contains("--syslog-allow", refused.Message);
        await using var server = await ServerProcess.StartAsync(data.Path, "--syslog", "0.0.0.0:0", "--syslog-allow", "10.0.0.0/8");
        Assert.StartsWith("0.0.0.0:", server.Syslog);
    }

    private static bool Logger(IPEndPoint address, params string[] arguments)
    {
        try
        {
            using var logger = Process.Start("logger", ["--server", $"{address.Address}", "--port", $"{address.Port}", "--tag", "made", "--priority", "local3.warning", .. arguments]);
            logger.WaitForExit();
            return logger.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static Task UntilAsync(ServerProcess server, string query) => ServerProcess.UntilAsync(async () =>
        (await server.GetJsonAsync($"/loki/api/v1/query_range?query={Uri.EscapeDataString(query)}")).GetProperty("data").GetProperty("result").GetArrayLength() > 0 ? query : null, query);
}
