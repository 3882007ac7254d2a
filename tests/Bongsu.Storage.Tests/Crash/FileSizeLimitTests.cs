using System.Runtime.InteropServices;

namespace Bongsu.Storage.Tests.Crash;

public sealed class FileSizeLimitTests : IDisposable
{
    // SIGXFSZ: ends a process that does not handle it.
    private const int FileSizeExceeded = 25;

    private readonly TemporaryDirectory _directory = new();

    [Fact]
    public void A_write_past_what_the_file_system_can_hold_is_a_disk_failure()
    {
        using var file = new Disk().Create(Path.Combine(_directory.Path, "file"));
        Assert.Contains("limit on file size", Assert.Throws<IOException>(() => new Disk().Write(file, "x"u8, long.MaxValue - 1)).Message);
    }

    [Fact]
    public void The_signal_of_a_file_size_limit_does_not_end_the_process()
    {
        if (!OperatingSystem.IsLinux())
            return;
        Assert.True(FileSizeSignal.Ignore());
        Assert.Equal(0, Native.Raise(FileSizeExceeded));
    }

    public void Dispose() => _directory.Dispose();

    private static class Native
    {
        [DllImport("libc", EntryPoint = "raise")]
        public static extern int Raise(int signal);
    }
}
