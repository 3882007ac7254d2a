using System.Globalization;
using System.Text.Json;
using Bongsu.Ingest.Scrape.Jobs;

namespace Bongsu.Ingest.Scrape.Discovery;

/// <summary>
/// Target groups as JSON, the form of file_sd and http_sd: <c>[{"targets": ["host:port"], "labels": {"name": "value"}}]</c>. What stands there comes
/// from outside: its form, names and sizes are checked, and an error says where it is wrong. Pure.
/// </summary>
internal static class TargetGroupJson
{
    private const int MaxDepth = 8;

    /// <exception cref="FormatException">It is no list of target groups.</exception>
    public static List<TargetGroup> Parse(ReadOnlyMemory<byte> json, string source, ScrapeLimits limits, (string Name, string Value) meta)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = MaxDepth });
            if (document.RootElement.ValueKind != JsonValueKind.Array)
                throw new FormatException("it is not a list of target groups");
            var groups = new List<TargetGroup>();
            var count = 0;
            foreach (var element in document.RootElement.EnumerateArray())
            {
                var group = Group(element, groups.Count, source, meta);
                count += group.Targets.Count;
                if (count > limits.DiscoveredTargets)
                    throw new FormatException($"more than {limits.DiscoveredTargets} targets");
                groups.Add(group);
            }
            return groups;
        }
        catch (JsonException e)
        {
            throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}: not valid JSON"), e);
        }
        catch (InvalidOperationException e)
        {
            // Text that is not UTF-8 shows when it is made into a string.
            throw new FormatException("it holds text that is not UTF-8", e);
        }
    }

    private static TargetGroup Group(JsonElement element, int number, string source, (string Name, string Value) meta)
    {
        var place = $"group {number + 1}";
        if (element.ValueKind != JsonValueKind.Object)
            throw new FormatException($"{place} is not an object");
        List<string> targets = [];
        var labels = new Dictionary<string, string>();
        foreach (var member in element.EnumerateObject())
        {
            switch (member.Name)
            {
                case "targets": targets = Targets(member.Value, place); break;
                case "labels": labels = Labels(member.Value, place); break;
                default: throw new FormatException($"{place} has the unknown member \"{TargetGroupCheck.Short(member.Name)}\"; known are targets and labels");
            }
        }
        if (TargetGroupCheck.Problem(targets, labels) is { } problem)
            throw new FormatException($"{place}: {problem}");
        labels[meta.Name] = meta.Value;
        return new TargetGroup(source, targets, labels);
    }

    private static List<string> Targets(JsonElement list, string place)
    {
        if (list.ValueKind != JsonValueKind.Array)
            throw new FormatException($"{place}: targets is not a list");
        var targets = new List<string>();
        foreach (var target in list.EnumerateArray())
            targets.Add(target.ValueKind == JsonValueKind.String ? target.GetString()! : throw new FormatException($"{place}: target {targets.Count + 1} is not a text"));
        return targets;
    }

    private static Dictionary<string, string> Labels(JsonElement map, string place)
    {
        if (map.ValueKind == JsonValueKind.Null)
            return [];
        if (map.ValueKind != JsonValueKind.Object)
            throw new FormatException($"{place}: labels is not an object");
        var labels = new Dictionary<string, string>();
        foreach (var label in map.EnumerateObject())
            labels[label.Name] = label.Value.ValueKind == JsonValueKind.String ? label.Value.GetString()! : throw new FormatException($"{place}: label \"{TargetGroupCheck.Short(label.Name)}\" is not a text");
        return labels;
    }
}
