using System.Runtime.InteropServices;

namespace Bongsu.Storage;

/// <summary>
/// Lets a write past a limit on file size (<c>ulimit -f</c>) fail like one on a full disk. Without it the system ends the process, and with it what
/// other signals could still take.
/// </summary>
internal static class FileSizeSignal
{
    // SIGXFSZ of Linux and macOS; .NET has no name for it and takes the raw number.
    private const PosixSignal FileSizeExceeded = (PosixSignal)25;

    /// <summary>Until disposed; null where there is no such signal.</summary>
    public static IDisposable? Ignore() =>
        OperatingSystem.IsLinux() || OperatingSystem.IsMacOS() ? PosixSignalRegistration.Create(FileSizeExceeded, static context => context.Cancel = true) : null;
}
