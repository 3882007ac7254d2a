using Bongsu.Query.PromQL.Syntax;
using Bongsu.Response.Configuration;

namespace Bongsu.Response.Rules;

/// <summary>Reads <c>rules/*.yaml</c>, files of Prometheus rule groups.</summary>
internal static class RuleFile
{
    /// <param name="file">Its name beneath the configuration folder.</param>
    /// <param name="text">Its content.</param>
    /// <param name="problems">Gets what is wrong with it.</param>
    /// <param name="experimental">Whether expressions may use experimental PromQL.</param>
    public static List<RuleGroup> Parse(string file, string text, List<ConfigProblem> problems, bool experimental = false)
    {
        var groups = new List<RuleGroup>();
        if (YamlText.Read(file, text, problems) is not { } root)
            return groups;
        foreach (var map in root.Maps("groups", required: true))
        {
            var group = Group(map, experimental);
            if (groups.Any(g => g.Name == group.Name))
                map.Report("name", $"group {group.Name} stands twice in this file", "rename one");
            groups.Add(group);
        }
        root.End();
        return groups;
    }

    private static RuleGroup Group(YamlMap map, bool experimental)
    {
        var name = map.Text("name", required: true) ?? "";
        var interval = map.Duration("interval");
        if (interval is { } given && given < TimeSpan.FromSeconds(1))
            map.Report("interval", "is shorter than 1s", "use 1s or more");
        var limit = map.Number("limit") ?? 0;
        if (limit is < 0 or > int.MaxValue)
            map.Report("limit", "is not a count", "write a whole number, 0 for none");
        var offset = map.Duration("query_offset") ?? default;
        var labels = Labels(map);
        var rules = map.Maps("rules").Select(rule => OneRule(rule, labels, experimental)).OfType<Rule>().ToList();
        map.End();
        return new RuleGroup(name, map.File, interval, (int)limit, offset, rules);
    }

    private static Rule? OneRule(YamlMap map, SortedDictionary<string, string> groupLabels, bool experimental)
    {
        var record = map.Text("record");
        var alert = map.Text("alert");
        var expression = map.Text("expr", required: true);
        var wait = map.Duration("for");
        var keep = map.Duration("keep_firing_for");
        var labels = Labels(map);
        foreach (var (name, value) in groupLabels)
            labels.TryAdd(name, value);
        var annotations = map.TextMap("annotations");
        map.End();
        if (record is null == alert is null)
        {
            map.Report("", record is null ? "is neither record: nor alert:" : "is both record: and alert:", "give exactly one of them");
            return null;
        }
        if (expression is null)
            return null;
        CheckExpression(map, expression, experimental);
        if (record is not null)
        {
            CheckRecording(map, record, annotations);
            return new RecordingRule { Record = record, Expression = expression, Labels = labels, Line = map.Line };
        }
        CheckTemplates(map, labels, annotations);
        return new AlertingRule
        {
            Name = alert!,
            Expression = expression,
            For = wait ?? default,
            KeepFiringFor = keep ?? default,
            Labels = labels,
            Annotations = annotations,
            Line = map.Line,
        };
    }

    private static void CheckExpression(YamlMap map, string text, bool experimental)
    {
        var (expression, error) = PromQlParser.Parse(text, experimental);
        if (error is not null)
            map.Report("expr", $"is no PromQL: {error}", "correct the expression; LINE:COLUMN are within it");
        else if (expression!.Type is not (PromType.InstantVector or PromType.Scalar))
            map.Report("expr", $"gives {PromTypeText.Of(expression.Type)}, a rule needs an instant vector or a scalar", "wrap the range in rate(), increase() or max_over_time()");
    }

    private static SortedDictionary<string, string> Labels(YamlMap map)
    {
        var labels = map.TextMap("labels");
        foreach (var name in labels.Keys.Where(n => n == "__name__" || !IsLabelName(n)))
            map.Report("labels", $"\"{name}\" is no label name here", "use letters, digits and _, not starting with a digit");
        return labels;
    }

    private static void CheckRecording(YamlMap map, string record, SortedDictionary<string, string> annotations)
    {
        if (!record.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or ':') || char.IsAsciiDigit(record[0]))
            map.Report("record", $"\"{record}\" is no metric name", "use letters, digits, _ and :, not starting with a digit");
        foreach (var key in new[] { "for", "keep_firing_for" }.Where(map.Has))
            map.Report(key, "means nothing in a recording rule", "remove it");
        if (annotations.Count > 0)
            map.Report("annotations", "means nothing in a recording rule", "remove it");
    }

    private static void CheckTemplates(YamlMap map, SortedDictionary<string, string> labels, SortedDictionary<string, string> annotations)
    {
        foreach (var (key, templates) in new[] { ("labels", labels), ("annotations", annotations) })
        {
            foreach (var (name, text) in templates)
            {
                if (AlertTemplate.Problem(text) is { } problem)
                    map.Report(key, $"{name}: {problem}", "known: $labels.NAME, $value, piped through humanize, humanize1024, humanizeDuration, humanizePercentage, printf, title, toUpper, toLower");
            }
        }
    }

    private static bool IsLabelName(string name) =>
        name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
}
