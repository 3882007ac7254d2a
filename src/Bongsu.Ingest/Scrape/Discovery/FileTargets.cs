using Bongsu.Ingest.Scrape.Jobs;

namespace Bongsu.Ingest.Scrape.Discovery;

/// <summary>
/// Targets from files: read again when time or size of a file changes, at the latest after the refresh interval. A file that is broken, or cannot be
/// read, keeps what it last said; one that has gone takes its targets with it. Not thread-safe.
/// </summary>
internal sealed class FileTargets(FileDiscovery discovery, ScrapeLimits limits, Func<string, string, IReadOnlyList<TargetGroup>> parseYaml)
{
    /// <summary>How often the files are looked at.</summary>
    public static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, Seen> _files = [];

    /// <summary>Looks at the files.</summary>
    /// <param name="nowMs">To tell when the refresh interval is over, in ms.</param>
    public DiscoveredGroups Look(long nowMs)
    {
        var problems = new List<string>();
        var found = discovery.Patterns.SelectMany(pattern => Match(pattern, problems)).Distinct().Order(StringComparer.Ordinal).ToList();
        foreach (var gone in _files.Keys.Except(found).ToList())
            _files.Remove(gone);
        foreach (var file in found)
        {
            var seen = Read(file, nowMs, _files.GetValueOrDefault(file));
            _files[file] = seen;
            if (seen.Problem is not null)
                problems.Add(seen.Problem);
        }
        return new DiscoveredGroups([.. found.SelectMany(file => _files[file].Groups)], problems);
    }

    private static List<string> Match(string pattern, List<string> problems)
    {
        var directory = Path.GetDirectoryName(pattern) ?? "/";
        try
        {
            return Directory.Exists(directory) ? [.. Directory.EnumerateFiles(directory, Path.GetFileName(pattern))] : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add($"{directory} cannot be read: {e.Message}");
            return [];
        }
    }

    private Seen Read(string file, long nowMs, Seen? before)
    {
        try
        {
            var info = new FileInfo(file);
            var stamp = (info.LastWriteTimeUtc, info.Length);
            if (before is not null && before.Stamp == stamp && nowMs - before.ReadAtMs < discovery.RefreshInterval.TotalMilliseconds)
                return before;
            if (info.Length > limits.DiscoveryBytes)
                return Keep(before, stamp, nowMs, $"{file} has {info.Length} bytes; the limit is {limits.DiscoveryBytes}");
            return new Seen(stamp, nowMs, Parse(file), null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return Keep(before, before?.Stamp ?? default, nowMs, $"{file}: {e.Message}");
        }
    }

    private static Seen Keep(Seen? before, (DateTime, long) stamp, long nowMs, string problem) => new(stamp, nowMs, before?.Groups ?? [], problem);

    private IReadOnlyList<TargetGroup> Parse(string file)
    {
        if (Path.GetExtension(file) == ".json")
            return TargetGroupJson.Parse(File.ReadAllBytes(file), file, limits, ("__meta_filepath", file));
        var groups = parseYaml(file, File.ReadAllText(file));
        if (groups.Sum(g => g.Targets.Count) > limits.DiscoveredTargets)
            throw new FormatException($"more than {limits.DiscoveredTargets} targets");
        return [.. groups.Select(g => g with { Labels = new Dictionary<string, string>(g.Labels) { ["__meta_filepath"] = file } })];
    }

    private sealed record Seen((DateTime, long) Stamp, long ReadAtMs, IReadOnlyList<TargetGroup> Groups, string? Problem);
}
