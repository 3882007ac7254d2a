using Bongsu.Ingest.Scrape.Jobs;

namespace Bongsu.Ingest.Scrape;

/// <summary>How the server scrapes, whatever the jobs say. Immutable.</summary>
public sealed record ScraperOptions
{
    public ScrapeLimits Limits { get; init; } = new();

    /// <summary>How Bongsu names itself to targets.</summary>
    public string UserAgent { get; init; } = "bongsu";

    /// <summary>
    /// Reads the target groups of a YAML file (name, text); throws <see cref="FormatException"/> with a sentence when it is wrong. By default there is no YAML.
    /// </summary>
    public Func<string, string, IReadOnlyList<TargetGroup>> ParseYamlTargets { get; init; } = static (_, _) => throw new FormatException("YAML is not read here; write JSON");

    /// <summary>Makes the connections; null makes real ones.</summary>
    public Func<ScrapeHttp, HttpMessageHandler>? Handler { get; init; }
}
