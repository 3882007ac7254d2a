using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;

namespace Bongsu.Server.Commands.Logs.Ship;

/// <summary>
/// How far a file has been sent, for the next run: the offset, and digests of the file's first bytes and of those before the offset. By these it is known again
/// under another name and as a copy of itself, which a number of the file system (reused as soon as it is free) would not tell. Immutable.
/// </summary>
/// <param name="Offset">Where what has not been sent begins.</param>
/// <param name="HeadLength">Bytes of the beginning that are digested.</param>
/// <param name="HeadDigest">Their digest.</param>
/// <param name="TailLength">Bytes before the offset that are digested; 0 in what was written before there were any.</param>
/// <param name="TailDigest">Their digest.</param>
internal sealed record ShipState(long Offset, int HeadLength, string HeadDigest, int TailLength = 0, string TailDigest = "")
{
    // As much of a log file has a time in it, and is like no other's. Files that all begin with one banner differ before the offset.
    private const int DigestedBytes = 1024;

    /// <summary>Null when the file is shorter by now: it was truncated, and what was sent of it is gone.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static ShipState? Of(SafeFileHandle file, long offset)
    {
        // The head of a file that was short when it was saved may have grown since: only what lies before the offset counts.
        var length = (int)Math.Min(DigestedBytes, offset);
        return Digest(file, 0, length) is { } head && Digest(file, offset - length, length) is { } tail ? new ShipState(offset, length, head, length, tail) : null;
    }

    /// <summary>Whether a file is the one that was sent, or what it has grown to.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public bool IsOf(SafeFileHandle file) =>
        RandomAccess.GetLength(file) >= Offset && HeadLength is >= 0 and <= DigestedBytes && TailLength is >= 0 and <= DigestedBytes && TailLength <= Offset
        && Digest(file, 0, HeadLength) == HeadDigest && (TailLength == 0 || Digest(file, Offset - TailLength, TailLength) == TailDigest);

    /// <summary>Null when there is none yet, or none that can be read.</summary>
    public static ShipState? Load(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<ShipState>(File.ReadAllText(path)) is { Offset: >= 0, HeadDigest: not null, TailDigest: not null } state ? state : null;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Under another name first: a run that ends in between leaves the old one.</summary>
    public void Save(string path)
    {
        var temporary = path + ".tmp";
        using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write))
        {
            JsonSerializer.Serialize(file, this);
            file.Flush(flushToDisk: true);
        }
        File.Move(temporary, path, overwrite: true);
    }

    // Of fewer bytes than asked for there is none.
    private static string? Digest(SafeFileHandle file, long at, int length)
    {
        var bytes = new byte[length];
        var read = 0;
        while (read < length && RandomAccess.Read(file, bytes.AsSpan(read), at + read) is > 0 and var more)
            read += more;
        return read < length ? null : Convert.ToHexStringLower(SHA256.HashData(bytes));
    }
}
