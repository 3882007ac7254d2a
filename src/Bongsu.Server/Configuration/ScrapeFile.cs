using Bongsu.Ingest.Scrape.Jobs;
using Bongsu.Response.Configuration;

namespace Bongsu.Server.Configuration;

/// <summary>Reads scrape.yaml of the configuration folder: a prometheus.yml, or the parts of one that are about scraping.</summary>
internal static class ScrapeFile
{
    public const string Name = "scrape.yaml";

    // What else a prometheus.yml may say, and where it belongs here.
    private static readonly string[] s_unused = ["alerting", "rule_files", "remote_write", "remote_read", "storage", "tracing", "otlp", "runtime"];

    /// <summary>The configuration; jobs of a file with problems are not to be used.</summary>
    public static ScrapeConfiguration Read(string directory, List<ConfigProblem> problems)
    {
        if (ConfigurationFile.Open(directory, Name, problems) is not { } root)
            return ScrapeConfiguration.None;
        var defaults = ScrapeDefaults.Read(root.Map("global"));
        var jobs = Jobs(root, directory, defaults);
        foreach (var pattern in root.Texts("scrape_config_files"))
            jobs.AddRange(Included(directory, pattern.Text, pattern.Line, defaults, problems));
        foreach (var twice in jobs.GroupBy(j => j.Job.Name).Where(g => g.Key.Length > 0 && g.Count() > 1))
            twice.Last().Map.Report("job_name", $"found multiple scrape configs with job name \"{twice.Key}\"", "give each its own");
        var unused = root.Keys.Where(s_unused.Contains).ToList();
        foreach (var key in s_unused)
            root.Has(key, isKnown: true);
        root.End();
        return new ScrapeConfiguration([.. jobs.Select(j => j.Job)], unused.Count == 0 ? [] : [Notice(unused)]);
    }

    private static string Notice(List<string> unused) =>
        $"{Name}: {string.Join(", ", unused)}: not used here. Rules are read from rules/*.yaml, alert routing from alertmanager.yaml.";

    private static List<(ScrapeJob Job, YamlMap Map)> Jobs(YamlMap root, string directory, ScrapeDefaults defaults) =>
        [.. root.Maps("scrape_configs").Select(map => (new ScrapeJobReader(map, directory, defaults).Read(), map))];

    private static List<(ScrapeJob Job, YamlMap Map)> Included(string directory, string pattern, int line, ScrapeDefaults defaults, List<ConfigProblem> problems)
    {
        var jobs = new List<(ScrapeJob, YamlMap)>();
        foreach (var path in Match(directory, pattern, line, problems))
        {
            if (ConfigurationFile.Open(directory, Path.GetRelativePath(directory, path), problems) is not { } root)
                continue;
            jobs.AddRange(Jobs(root, Path.GetDirectoryName(path)!, defaults));
            root.End();
        }
        return jobs;
    }

    private static string[] Match(string directory, string pattern, int line, List<ConfigProblem> problems)
    {
        var whole = Path.GetFullPath(pattern, directory);
        var folder = Path.GetDirectoryName(whole) ?? "/";
        try
        {
            return Directory.Exists(folder) ? [.. Directory.GetFiles(folder, Path.GetFileName(whole)).Order(StringComparer.Ordinal)] : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add(new ConfigProblem(Name, line, "scrape_config_files", $"{folder} cannot be read: {e.Message}", "check the folder and its permissions"));
            return [];
        }
    }
}
