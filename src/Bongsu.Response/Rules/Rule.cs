using System.Globalization;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Response.Rules;

/// <summary>A Prometheus rule: it records a series or raises alerts.</summary>
public abstract record Rule
{
    public required string Expression { get; init; }
    public required SortedDictionary<string, string> Labels { get; init; }
    public required int Line { get; init; }
}

public sealed record RecordingRule : Rule
{
    public required string Record { get; init; }
}

public sealed record AlertingRule : Rule
{
    public required string Name { get; init; }
    public TimeSpan For { get; init; }
    public TimeSpan KeepFiringFor { get; init; }
    public required SortedDictionary<string, string> Annotations { get; init; }

    /// <summary>What its alerts name as their source. It holds the expression, so that an edited rule starts its alerts anew, as in Prometheus.</summary>
    public string SourceIn(RuleGroup group)
    {
        var definition = LabelSet.Of(("expr", Expression), ("for", For.ToString()), ("labels", string.Join('\n', Labels.Select(l => $"{l.Key}={l.Value}"))));
        return string.Create(CultureInfo.InvariantCulture, $"rule/{group.File}/{group.Name}/{Name}/{definition.Hash:x16}");
    }
}

/// <summary>Rules that are evaluated together, in order, at one interval.</summary>
/// <param name="Interval">Null for the global one.</param>
/// <param name="Limit">Most alerts or series one rule may give; 0 for no limit.</param>
/// <param name="QueryOffset">How far in the past its rules are evaluated, for telemetry that comes late.</param>
public sealed record RuleGroup(string Name, string File, TimeSpan? Interval, int Limit, TimeSpan QueryOffset, IReadOnlyList<Rule> Rules);
