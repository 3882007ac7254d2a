namespace Bongsu.Storage.Tests;

/// <summary>A directory for one test, gone after it.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("bongsu-storage-").FullName;

    public void CopyTo(string target)
    {
        foreach (var directory in Directory.GetDirectories(Path, "*", SearchOption.AllDirectories))
            Directory.CreateDirectory(directory.Replace(Path, target));
        Directory.CreateDirectory(target);
        foreach (var file in Directory.GetFiles(Path, "*", SearchOption.AllDirectories))
        {
            if (System.IO.Path.GetFileName(file) != DataLayout.LockFile)
                File.Copy(file, file.Replace(Path, target));
        }
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
