using System.Runtime.InteropServices;

namespace Bongsu.Server.Hosting;

/// <summary>
/// Reads the configuration folder again when a file in it changes and on SIGHUP. Changes within half a second are one: editors write a file in
/// several steps.
/// </summary>
internal sealed class ConfigurationWatch : IDisposable
{
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(500);

    private readonly FileSystemWatcher? _watcher;
    private readonly PosixSignalRegistration _hangUp;
    private readonly ITimer _timer;

    public ConfigurationWatch(string directory, TimeProvider time, Func<Task> reload)
    {
        _timer = time.CreateTimer(_ => _ = reload(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true;
            Soon();
        });
        if (!Directory.Exists(directory))
            return;
        _watcher = new FileSystemWatcher(directory) { IncludeSubdirectories = true };
        _watcher.Changed += (_, _) => Soon();
        _watcher.Created += (_, _) => Soon();
        _watcher.Deleted += (_, _) => Soon();
        _watcher.Renamed += (_, _) => Soon();
        _watcher.EnableRaisingEvents = true;
    }

    public void Dispose()
    {
        _watcher?.Dispose();
        _hangUp.Dispose();
        _timer.Dispose();
    }

    private void Soon() => _timer.Change(Settle, Timeout.InfiniteTimeSpan);
}
