using System.Diagnostics;

namespace Bongsu.EndToEnd.Tests;

/// <summary>`bongsu VERB …` as users type it, against a server.</summary>
internal sealed class ClientProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly List<string> _lines = [];
    private readonly List<string> _errors = [];

    private ClientProcess(Process process) => _process = process;

    public TextWriter Input => _process.StandardInput;

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lines)
                return [.. _lines];
        }
    }

    public string Errors
    {
        get
        {
            lock (_errors)
                return string.Join('\n', _errors);
        }
    }

    public static ClientProcess Start(string url, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.Environment["BONGSU_URL"] = url;
        foreach (var argument in (string[])[Checkout.Server, .. arguments])
            start.ArgumentList.Add(argument);
        var client = new ClientProcess(new Process { StartInfo = start });
        client._process.OutputDataReceived += (_, e) => Take(client._lines, e.Data);
        client._process.ErrorDataReceived += (_, e) => Take(client._errors, e.Data);
        client._process.Start();
        client._process.BeginOutputReadLine();
        client._process.BeginErrorReadLine();
        return client;
    }

    /// <summary>Runs to the end without input.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(string url, params string[] arguments)
    {
        await using var client = Start(url, arguments);
        client.Input.Close();
        var code = await client.WaitAsync();
        return (code, string.Join('\n', client.Lines), client.Errors);
    }

    public async Task<int> WaitAsync()
    {
        using var late = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await _process.WaitForExitAsync(late.Token);
        return _process.ExitCode;
    }

    public void Terminate() => Process.Start("kill", ["-TERM", $"{_process.Id}"]).WaitForExit();

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }
        _process.Dispose();
    }

    private static void Take(List<string> into, string? line)
    {
        if (line is null)
            return;
        lock (into)
            into.Add(line);
    }
}
