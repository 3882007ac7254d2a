using Bongsu.Query.PromQL.Syntax;
using Bongsu.Response.Configuration;
using Bongsu.Storage;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Server.Configuration;

/// <summary>Reads retention.yaml of the configuration folder: metrics, logs and spans that are kept for another time than the rest.</summary>
internal static class RetentionFile
{
    public const string Name = "retention.yaml";

    private const string ServiceName = "service_name";

    // Each rule is tried on each series, stream and service that a query finds and a merge writes.
    private const int MaxRules = 100;

    public static RetentionDefinitions Read(string directory, List<ConfigProblem> problems)
    {
        if (ConfigurationFile.Open(directory, Name, problems) is not { } root)
            return RetentionDefinitions.None;
        var read = new RetentionDefinitions(
            Rules(root, "metrics", MetricSelector, static (matchers, keep) => new MetricRetentionRule(matchers, keep)),
            Rules(root, "logs", LogSelector, static (matchers, keep) => new EventRetentionRule(matchers, keep)),
            Rules(root, "traces", TraceSelector, static (matchers, keep) => new EventRetentionRule(matchers, keep)));
        root.End();
        return read;
    }

    private static List<TRule> Rules<TRule>(YamlMap root, string key, Func<YamlMap, string, IReadOnlyList<LabelMatcher>?> selector, Func<IReadOnlyList<LabelMatcher>, TimeSpan, TRule> make)
        where TRule : class
    {
        var maps = root.Maps(key);
        if (maps.Count > MaxRules)
            root.Report(key, $"has {maps.Count} rules; the limit is {MaxRules}", "join selectors with =~");
        return [.. maps.Take(MaxRules).Select(map => Rule(map, selector, make)).OfType<TRule>()];
    }

    private static TRule? Rule<TRule>(YamlMap map, Func<YamlMap, string, IReadOnlyList<LabelMatcher>?> selector, Func<IReadOnlyList<LabelMatcher>, TimeSpan, TRule> make) where TRule : class
    {
        var text = map.Text("match", required: true);
        var keep = map.Text("keep", required: true) == "0" ? TimeSpan.Zero : map.Duration("keep");
        map.End();
        if (text is null || keep is null || selector(map, text) is not { } matchers)
            return null;
        return make(matchers, keep.Value);
    }

    private static IReadOnlyList<LabelMatcher>? MetricSelector(YamlMap map, string text) => Parse(map, text, "{__name__=~\"debug_.+\"}");

    private static IReadOnlyList<LabelMatcher>? LogSelector(YamlMap map, string text)
    {
        if (!text.StartsWith('{'))
            return [new LabelMatcher(Telemetry.Labels.MatchType.Equal, ServiceName, text)];
        const string Example = "{service_name=\"payments\", level=\"debug\"}";
        if (Parse(map, text, Example) is not { } matchers)
            return null;
        if (matchers.All(m => m.Name != LabelNames.MetricName))
            return matchers;
        map.Report("match", "names a metric", $"write a stream selector, as {Example}");
        return null;
    }

    private static IReadOnlyList<LabelMatcher>? TraceSelector(YamlMap map, string text)
    {
        if (LogSelector(map, text) is not { } matchers)
            return null;
        if (matchers.FirstOrDefault(m => m.Name != ServiceName) is not { } other)
            return matchers;
        map.Report("match", $"spans are kept by service_name, not by {YamlMap.Short(other.Name)}", "write the name of a service, or {service_name=~\"pay.+\"}");
        return null;
    }

    private static IReadOnlyList<LabelMatcher>? Parse(YamlMap map, string text, string example)
    {
        var (matchers, error) = PromQlParser.ParseSelector(text);
        if (matchers is null)
            map.Report("match", $"is no selector: {error}", $"write it as {example}");
        return matchers;
    }
}
