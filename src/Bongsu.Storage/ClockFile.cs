using Bongsu.Storage.Codecs;
using Bongsu.Storage.Frames;

namespace Bongsu.Storage;

/// <summary>What time was expected when the clock was last in doubt: there only while it is, so that a restart does not take a wrong clock at its word. One thread at a time.</summary>
internal sealed class ClockFile(Disk disk, string path, StoreClock clock, ProblemLog problems)
{
    // Off by as much as this after a crash; a doubt lasts for a day.
    private const long EveryMs = 600_000;

    private bool _isThere = File.Exists(path);
    private long _writtenMs = long.MinValue;

    /// <summary>The time that was expected then; null when there is no file, or it is damaged, which is said.</summary>
    public long? Read()
    {
        if (!_isThere)
            return null;
        var bytes = File.ReadAllBytes(path);
        var frames = new FrameScanner(bytes);
        if (frames.Read() && FileHeader.TryRead(frames.Payload, out var header) && header.Kind == FileKind.Clock)
            return header.First;
        problems.Add(new Corruption(path, 0, "what time was expected at the last stop is damaged; the newest data say what time it is"));
        return null;
    }

    /// <summary>Writes or deletes the file, as the clock is in doubt or not.</summary>
    public void Keep()
    {
        try
        {
            if (clock.ExpectedInDoubtMs is { } expectedMs)
                Write(expectedMs);
            else if (_isThere)
                disk.Delete(path);
            _isThere = clock.ExpectedInDoubtMs is not null;
        }
        catch (IOException)
        {
            // Only a restart would need it, and it is tried again in seconds.
        }
    }

    private void Write(long expectedMs)
    {
        if (_isThere && _writtenMs > long.MinValue && expectedMs - _writtenMs < EveryMs)
            return;
        var bytes = new ByteWriter();
        new FileHeader(FileKind.Clock, FileHeader.CurrentVersion, expectedMs, 0).Put(bytes);
        disk.WriteWhole(path, bytes.Written);
        _writtenMs = expectedMs;
    }
}
