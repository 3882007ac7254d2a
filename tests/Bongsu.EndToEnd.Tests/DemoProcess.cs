using System.Diagnostics;
using System.Text.Json;

namespace Bongsu.EndToEnd.Tests;

/// <summary>`bongsu demo` as a user starts it, on free ports and in a directory of its own.</summary>
internal sealed class DemoProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(3);

    private readonly Process _process;
    private readonly TemporaryDirectory _directory = new();
    private readonly List<string> _lines = [];
    private readonly TaskCompletionSource<string> _web = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private DemoProcess()
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["BONGSU_SHOP"] = Checkout.Shop;
        string[] arguments = [Checkout.Server, "demo", "--listen", "127.0.0.1:0", "--otlp-http", "127.0.0.1:0", "--otlp-grpc", "127.0.0.1:0", "--directory", _directory.Path];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, e) => Take(e.Data);
        _process.ErrorDataReceived += (_, e) => Take(e.Data);
        _process.Exited += (_, _) => _web.TrySetException(new InvalidOperationException($"The demo ended at once: {Output}"));
    }

    public string Web { get; private set; } = "";

    public string Directory => _directory.Path;

    public HttpClient Http { get; } = new() { Timeout = TimeSpan.FromSeconds(30) };

    public string Output
    {
        get
        {
            lock (_lines)
                return string.Join('\n', _lines);
        }
    }

    public static async Task<DemoProcess> StartAsync()
    {
        var demo = new DemoProcess();
        demo._process.Start();
        demo._process.BeginOutputReadLine();
        demo._process.BeginErrorReadLine();
        demo.Web = await demo._web.Task.WaitAsync(StartPatience);
        return demo;
    }

    /// <summary>`bongsu demo fault on|off NAME`.</summary>
    public async Task SwitchAsync(string verb, string fault)
    {
        using var command = Process.Start(new ProcessStartInfo("dotnet", [Checkout.Server, "demo", "fault", verb, fault, "--directory", _directory.Path]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = await command.StandardOutput.ReadToEndAsync() + await command.StandardError.ReadToEndAsync();
        await command.WaitForExitAsync();
        Assert.True(command.ExitCode == 0, $"fault {verb} {fault} ended with {command.ExitCode}: {output}");
    }

    public async Task<JsonElement> GetJsonAsync(string path)
    {
        using var response = await Http.GetAsync(Web + path);
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{path} answered {(int)response.StatusCode}: {body}");
        return JsonDocument.Parse(body).RootElement;
    }

    /// <summary>The process of the demo's server, which listens where the page is.</summary>
    public int ServerId()
    {
        foreach (var directory in System.IO.Directory.EnumerateDirectories("/proc").Where(d => int.TryParse(Path.GetFileName(d), out _)))
        {
            try
            {
                var command = File.ReadAllText(Path.Combine(directory, "cmdline")).Split('\0');
                if (command.Length > 2 && Path.GetFileName(command[0]) == "dotnet" && command[2] == "serve" && command.Contains(Path.Combine(_directory.Path, "data")))
                    return int.Parse(Path.GetFileName(directory));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Ended while we looked.
            }
        }
        throw new InvalidOperationException("The demo's server is not running.");
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        using (var terminate = Process.Start("kill", ["-TERM", _process.Id.ToString()]))
            await terminate.WaitForExitAsync();
        try
        {
            await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(40));
        }
        catch (TimeoutException)
        {
            _process.Kill(entireProcessTree: true);
        }
        _process.Dispose();
        _directory.Dispose();
    }

    private void Take(string? line)
    {
        if (line is null)
            return;
        lock (_lines)
            _lines.Add(line);
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words is ["open", var url])
            _web.TrySetResult(url);
    }
}
