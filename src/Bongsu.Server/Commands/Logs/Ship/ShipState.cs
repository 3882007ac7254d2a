using System.Security.Cryptography;
using System.Text.Json;

namespace Bongsu.Server.Commands.Logs.Ship;

/// <summary>How far a file has been sent, for the next run: the offset, and a digest of the file's first bytes by which it is known again. Immutable.</summary>
internal sealed record ShipState(long Offset, int HeadLength, string HeadDigest)
{
    public static ShipState Of(byte[] head, long offset)
    {
        // The head of a file that was short when it was saved may have grown since: only what lies before the offset counts.
        var length = (int)Math.Min(head.Length, offset);
        return new ShipState(offset, length, Digest(head.AsSpan(0, length)));
    }

    /// <summary>Whether a file is the one that was sent, or what it has grown to.</summary>
    public bool IsOf(byte[] head, long length) => length >= Offset && head.Length >= HeadLength && HeadLength >= 0 && Digest(head.AsSpan(0, HeadLength)) == HeadDigest;

    /// <summary>Null when there is none yet, or none that can be read.</summary>
    public static ShipState? Load(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<ShipState>(File.ReadAllText(path)) is { Offset: >= 0, HeadDigest: not null } state ? state : null;
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

    private static string Digest(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
