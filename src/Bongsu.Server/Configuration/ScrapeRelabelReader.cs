using System.Globalization;
using Bongsu.Ingest.Scrape.Relabel;
using Bongsu.Response.Configuration;

namespace Bongsu.Server.Configuration;

/// <summary>Reads relabelling rules; what is wrong with one is said in Prometheus' words.</summary>
internal static class ScrapeRelabelReader
{
    private static readonly string[] s_actions = [.. Enum.GetNames<RelabelAction>().Select(n => n.ToLowerInvariant())];

    public static IReadOnlyList<RelabelRule> Read(YamlMap job, string key) => [.. job.Maps(key).Select(Rule).OfType<RelabelRule>()];

    private static RelabelRule? Rule(YamlMap map)
    {
        var action = map.Text("action") ?? "replace";
        var modulus = map.Text("modulus");
        ulong modulo = 0;
        if (modulus is not null && !ulong.TryParse(modulus, NumberStyles.None, CultureInfo.InvariantCulture, out modulo))
            map.Report("modulus", $"\"{YamlMap.Short(modulus)}\" is not a whole number", "write it as 4");
        var text = new RelabelRuleText
        {
            SourceLabels = [.. map.Texts("source_labels").Select(l => l.Text)],
            Separator = map.Text("separator") ?? RelabelRuleText.DefaultSeparator,
            Regex = map.Text("regex") ?? RelabelRuleText.DefaultRegex,
            Modulus = modulo,
            TargetLabel = map.Text("target_label") ?? "",
            Replacement = map.Text("replacement") ?? RelabelRuleText.DefaultReplacement,
        };
        map.End();
        if (!s_actions.Contains(action.ToLowerInvariant()))
        {
            map.Report("action", $"unknown relabel action \"{YamlMap.Short(action)}\"", $"known are {string.Join(", ", s_actions)}");
            return null;
        }
        var rule = RelabelRule.Create(text with { Action = Enum.Parse<RelabelAction>(action, ignoreCase: true) }, out var error);
        if (rule is null)
            map.Report(error!.StartsWith("error parsing regexp", StringComparison.Ordinal) ? "regex" : "", error, "correct the rule");
        return rule;
    }
}
