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

    // Never disposed: .NET handles signals on a thread of its own, and one that comes in just before the end would find nobody and end the process.
    private static readonly PosixSignalRegistration? Registration =
        OperatingSystem.IsLinux() || OperatingSystem.IsMacOS() ? PosixSignalRegistration.Create(FileSizeExceeded, static context => context.Cancel = true) : null;

    /// <summary>From now on, for this whole process. False where there is no such signal.</summary>
    public static bool Ignore() => Registration is not null;
}
