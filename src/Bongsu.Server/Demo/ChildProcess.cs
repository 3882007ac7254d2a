using System.Diagnostics;

namespace Bongsu.Server.Demo;

/// <summary>
/// A process of the demo. It ends with us however we end: a small shell stands between that waits on a pipe from us, and when the pipe closes
/// (even by kill -9) sends it SIGTERM.
/// </summary>
internal sealed class ChildProcess : IDisposable
{
    // 3 is the pipe: background jobs of a shell get /dev/null as their standard input.
    private const string Leash =
        "exec 3<&0; \"$@\" </dev/null 3<&- & child=$!; (cat <&3 >/dev/null; kill $child 2>/dev/null) & leash=$!; wait $child; code=$?; kill $leash 2>/dev/null; exit $code";

    private readonly Process _process;
    private readonly TaskCompletionSource _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ChildProcess(string name, Process process)
    {
        Name = name;
        _process = process;
    }

    public string Name { get; }

    public Task Exited => _exited.Task;

    /// <summary>Starts a program; every line of its output goes to <paramref name="onLine"/>.</summary>
    public static ChildProcess Start(string name, IReadOnlyList<string> command, IReadOnlyDictionary<string, string> environment, Action<string> onLine)
    {
        var start = new ProcessStartInfo("/bin/sh")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in (string[])["-c", Leash, "leash", .. command])
            start.ArgumentList.Add(argument);
        foreach (var (key, value) in environment)
            start.Environment[key] = value;
        var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        var child = new ChildProcess(name, process);
        process.OutputDataReceived += (_, e) => Forward(e.Data);
        process.ErrorDataReceived += (_, e) => Forward(e.Data);
        process.Exited += (_, _) => child._exited.TrySetResult();
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return child;

        void Forward(string? line)
        {
            if (line is not null)
                onLine(line);
        }
    }

    /// <summary>Closes the leash and waits, at most as long as asked.</summary>
    public async Task StopAsync(TimeSpan patience)
    {
        try
        {
            _process.StandardInput.Close();
            await _exited.Task.WaitAsync(patience);
        }
        catch (Exception e) when (e is TimeoutException or IOException or InvalidOperationException)
        {
            if (!_process.HasExited)
                _process.Kill(entireProcessTree: true);
        }
    }

    public void Dispose() => _process.Dispose();
}
