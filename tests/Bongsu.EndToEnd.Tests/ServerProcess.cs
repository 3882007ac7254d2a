using System.Diagnostics;
using System.Text.Json;

namespace Bongsu.EndToEnd.Tests;

/// <summary>A server as users start it: `bongsu serve` in a process of its own, on free ports, with a data directory that outlives it.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly List<string> _lines = [];

    private ServerProcess(Process process) => _process = process;

    public string Web { get; private set; } = "";
    public string OtlpHttp { get; private set; } = "";
    public string OtlpGrpc { get; private set; } = "";
    public string Syslog { get; private set; } = "";
    public int Id => _process.Id;

    public HttpClient Http { get; } = new() { Timeout = TimeSpan.FromSeconds(30) };

    public string Output
    {
        get
        {
            lock (_lines)
                return string.Join('\n', _lines);
        }
    }

    public static async Task<ServerProcess> StartAsync(string dataDirectory, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] all = [Checkout.Server, "serve", "--data", dataDirectory, "--config", Path.Combine(dataDirectory, "config"),
            .. arguments.Contains("--listen") ? (string[])[] : ["--listen", "127.0.0.1:0"], "--otlp-http", "127.0.0.1:0", "--otlp-grpc", "127.0.0.1:0", .. arguments];
        foreach (var argument in all)
            start.ArgumentList.Add(argument);
        var listening = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var server = new ServerProcess(new Process { StartInfo = start, EnableRaisingEvents = true });
        server._process.OutputDataReceived += (_, e) => server.Take(e.Data, listening);
        server._process.ErrorDataReceived += (_, e) => server.Take(e.Data, listening);
        server._process.Exited += (_, _) =>
        {
            // What it said may come after its end.
            server._process.WaitForExit();
            listening.TrySetException(new InvalidOperationException($"The server ended at once: {server.Output}"));
        };
        server._process.Start();
        server._process.BeginOutputReadLine();
        server._process.BeginErrorReadLine();
        server.Read(await listening.Task.WaitAsync(StartPatience));
        return server;
    }

    /// <summary>kill -9: no chance to write anything.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async Task<JsonElement> GetJsonAsync(string pathAndQuery)
    {
        using var response = await Http.GetAsync(Web + pathAndQuery);
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{pathAndQuery} answered {(int)response.StatusCode}: {body}");
        return JsonDocument.Parse(body).RootElement;
    }

    /// <summary>Asks again until the answer is there; the patience is long, because it only ends a test that has failed.</summary>
    public static async Task<T> UntilAsync<T>(Func<Task<T?>> look, string what, int patienceSeconds = 60)
        where T : class
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < TimeSpan.FromSeconds(patienceSeconds))
        {
            if (await look() is { } found)
                return found;
            await Task.Delay(200);
        }
        throw new TimeoutException($"Not seen within {patienceSeconds} s: {what}");
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
    }

    private void Take(string? line, TaskCompletionSource<string> listening)
    {
        if (line is null)
            return;
        lock (_lines)
            _lines.Add(line);
        if (line.StartsWith("listening ", StringComparison.Ordinal))
            listening.TrySetResult(line);
    }

    private void Read(string listening)
    {
        foreach (var part in listening.Split(' ')[1..])
        {
            var (key, value) = (part[..part.IndexOf('=')], part[(part.IndexOf('=') + 1)..]);
            switch (key)
            {
                case "web": Web = value; break;
                case "otlp-http": OtlpHttp = value; break;
                case "otlp-grpc": OtlpGrpc = value; break;
                case "syslog": Syslog = value; break;
            }
        }
    }
}
