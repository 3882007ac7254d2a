using System.Security.Cryptography;

namespace Bongsu.Server.Access;

/// <summary>The random key that signs session cookies, kept in the data directory and readable by its owner alone.</summary>
public static class SessionKey
{
    private const int Size = 32;

    public static byte[] Load(string dataDirectory)
    {
        var path = Path.Combine(dataDirectory, "session.key");
        if (File.Exists(path) && File.ReadAllBytes(path) is { Length: Size } kept)
            return kept;
        var key = RandomNumberGenerator.GetBytes(Size);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new FileStream(path, options);
        file.Write(key);
        file.Flush(flushToDisk: true);
        return key;
    }
}
