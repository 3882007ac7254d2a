using System.Globalization;

namespace Bongsu.Server.Commands.Logs.Ship;

/// <summary>
/// Files that once had the name of a log file: beside it, with a number or a date behind the name or before its extension, as logrotate and loggers name them.
/// Compressed ones are left out.
/// </summary>
internal static class RotatedFiles
{
    // More are looked at by nobody; the newest count.
    private const int Most = 100;

    /// <summary>Paths, the one that was written to last at the end.</summary>
    public static IReadOnlyList<string> Of(string path)
    {
        var full = Path.GetFullPath(path);
        var found = new List<(DateTime Written, long Number, string Path)>();
        foreach (var file in new DirectoryInfo(Path.GetDirectoryName(full)!).EnumerateFiles())
        {
            if (Suffix(Path.GetFileName(full), file.Name) is { } suffix)
                found.Add((file.LastWriteTimeUtc, Number(suffix), file.FullName));
        }
        // Of two that were written to at the same time the higher number is the older.
        return [.. found.OrderBy(one => one.Written).ThenByDescending(one => one.Number).TakeLast(Most).Select(one => one.Path)];
    }

    /// <summary>What rotation has added to a name; null when it is not one of this file.</summary>
    private static string? Suffix(string name, string other)
    {
        var stem = Path.GetFileNameWithoutExtension(name);
        var extension = Path.GetExtension(name);
        foreach (var (before, after) in (ReadOnlySpan<(string, string)>)[(name, ""), (stem, extension)])
        {
            if (other.Length <= before.Length + after.Length || !other.StartsWith(before, StringComparison.Ordinal) || !other.EndsWith(after, StringComparison.Ordinal))
                continue;
            var suffix = other[before.Length..^after.Length];
            if (suffix is ['.' or '-' or '_', >= '0' and <= '9', ..] && suffix.All(static c => char.IsAsciiDigit(c) || c is '.' or '-' or '_' or ':' or 'T' or 'Z'))
                return suffix[1..];
        }
        return null;
    }

    private static long Number(string suffix) => long.TryParse(suffix, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
