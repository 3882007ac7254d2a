namespace Bongsu.EndToEnd.Tests;

/// <summary>`bongsu logs ship` from standard input and from a file that is written on, rotated and taken up again, also while the server is away.</summary>
public sealed class ShipTests : IDisposable
{
    private readonly TemporaryDirectory _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task StandardInputIsSentWithStackTracesWhole()
    {
        await using var server = await ServerProcess.StartAsync(_data.Path);
        await using var ship = ClientProcess.Start(server.Web, "logs", "ship", "--service", "app", "--env", "test");
        await ship.Input.WriteAsync("2026-01-01 00:00:00 INFO started\nERROR boom\njava.lang.IllegalStateException: boom\n\tat a.B.c(B.java:1)\n{\"level\":\"warn\",\"msg\":\"from json\",\"service\":\"inner\"}\n");
        ship.Input.Close();
        Assert.Equal(0, await ship.WaitAsync());
        Assert.Contains("4 records sent.", ship.Errors);
        Assert.Equal(["2026-01-01 00:00:00 INFO started", "ERROR boom", "java.lang.IllegalStateException: boom\n\tat a.B.c(B.java:1)"],
            (await LinesAsync(server, "{service_name=\"app\", deployment_environment_name=\"test\"}")).Select(l => l.Line));
        Assert.Equal("warn", Assert.Single(await LinesAsync(server, "{service_name=\"inner\"}")).Level);
    }

    [Fact]
    public async Task AFileIsFollowedThroughRotationAndTakenUpAgain()
    {
        await using var server = await ServerProcess.StartAsync(_data.Path);
        var log = Path.Combine(_data.Path, "app.log");
        string[] arguments = ["logs", "ship", "--service", "app", "--file", log, "--follow", "--state", log + ".state"];
        await File.WriteAllTextAsync(log, "one\n");
        await using (var first = ClientProcess.Start(server.Web, arguments))
        {
            await UntilAsync(server, "one");
            File.Move(log, log + ".1");
            await File.AppendAllTextAsync(log + ".1", "two\n");
            await File.WriteAllTextAsync(log, "three\n");
            await UntilAsync(server, "three");
            first.Terminate();
            Assert.Equal(0, await first.WaitAsync());
        }
        await File.AppendAllTextAsync(log, "four\n");
        await using (var second = ClientProcess.Start(server.Web, arguments))
        {
            await UntilAsync(server, "four");
            second.Terminate();
            Assert.Equal(0, await second.WaitAsync());
        }
        Assert.Equal(["one", "two", "three", "four"], (await LinesAsync(server, "{service_name=\"app\"}")).Select(l => l.Line));
    }

    [Fact]
    public async Task AServerThatIsAwayIsWaitedForAndOneThatStaysAwayIsTold()
    {
        var (code, _, errors) = await ClientProcess.RunAsync("http://127.0.0.1:1", "logs", "ship", "--retry-for", "1s", "--file", Path.Combine(Checkout.Root, "LICENSE"));
        Assert.Equal(4, code);
        Assert.Contains("cannot reach http://127.0.0.1:1", errors);

        // A port that was free a moment ago: the server comes up behind it once the sender has begun.
        await using var probe = await ServerProcess.StartAsync(Path.Combine(_data.Path, "probe"));
        var address = probe.Web["http://".Length..];
        await probe.KillAsync();
        await using var ship = ClientProcess.Start("http://" + address, "logs", "ship", "--service", "app");
        await ship.Input.WriteAsync("early\n");
        ship.Input.Close();
        await using var server = await ServerProcess.StartAsync(Path.Combine(_data.Path, "late"), "--listen", address);
        Assert.Equal(0, await ship.WaitAsync());
        Assert.Equal("early", Assert.Single(await LinesAsync(server, "{service_name=\"app\"}")).Line);
    }

    private static Task UntilAsync(ServerProcess server, string line) => ServerProcess.UntilAsync(async () =>
        (await LinesAsync(server, "{service_name=\"app\"}")).Any(l => l.Line == line) ? line : null, line);

    private static async Task<List<(string Line, string Level)>> LinesAsync(ServerProcess server, string query)
    {
        var answer = await server.GetJsonAsync($"/loki/api/v1/query_range?query={Uri.EscapeDataString(query)}&direction=forward&since=1h");
        return [.. answer.GetProperty("data").GetProperty("result").EnumerateArray()
            .SelectMany(s => s.GetProperty("values").EnumerateArray().Select(v => (Time: v[0].GetString()!, Line: v[1].GetString()!, Level: s.GetProperty("stream").GetProperty("level").GetString()!)))
            .OrderBy(l => l.Time, StringComparer.Ordinal).Select(l => (l.Line, l.Level))];
    }
}
