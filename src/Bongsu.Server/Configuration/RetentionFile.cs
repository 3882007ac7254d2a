using Bongsu.Query.PromQL.Syntax;
using Bongsu.Response.Configuration;
using Bongsu.Storage;

namespace Bongsu.Server.Configuration;

/// <summary>Reads retention.yaml of the configuration folder: metrics that are kept for another time than the rest.</summary>
internal static class RetentionFile
{
    public const string Name = "retention.yaml";

    // Each rule is tried on each series that a query finds and a merge writes.
    private const int MaxRules = 100;

    public static IReadOnlyList<MetricRetentionRule> Read(string directory, List<ConfigProblem> problems)
    {
        if (ConfigurationFile.Open(directory, Name, problems) is not { } root)
            return [];
        var maps = root.Maps("metrics");
        if (maps.Count > MaxRules)
            root.Report("metrics", $"has {maps.Count} rules; the limit is {MaxRules}", "join selectors with =~");
        var rules = maps.Take(MaxRules).Select(Rule).OfType<MetricRetentionRule>().ToList();
        root.End();
        return rules;
    }

    private static MetricRetentionRule? Rule(YamlMap map)
    {
        var selector = map.Text("match", required: true);
        var keep = map.Text("keep", required: true) == "0" ? TimeSpan.Zero : map.Duration("keep");
        map.End();
        if (selector is null || keep is null)
            return null;
        var (matchers, error) = PromQlParser.ParseSelector(selector);
        if (matchers is not null)
            return new MetricRetentionRule(matchers, keep.Value);
        map.Report("match", $"is no selector: {error}", "write it as {__name__=~\"debug_.+\"}");
        return null;
    }
}
