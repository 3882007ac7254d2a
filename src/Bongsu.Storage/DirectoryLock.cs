namespace Bongsu.Storage;

/// <summary>Keeps a second process out of a data directory for as long as it is held; the operating system releases it when the process ends.</summary>
internal sealed class DirectoryLock : IDisposable
{
    private readonly FileStream _file;

    private DirectoryLock(FileStream file) => _file = file;

    /// <exception cref="IOException">Another process uses the directory.</exception>
    public static DirectoryLock Take(string directory)
    {
        var path = Path.Combine(directory, DataLayout.LockFile);
        try
        {
            return new DirectoryLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e)
        {
            throw new IOException($"The data directory {directory} is in use by another process ({path} is locked). End that process or choose another directory.", e);
        }
    }

    public void Dispose() => _file.Dispose();
}
