using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Ingest.Scrape.Relabel;

/// <summary>One relabelling rule, with the meaning and the rules of form that Prometheus gives it. Immutable; thread-safe.</summary>
public sealed class RelabelRule
{
    private static readonly Regex s_template = LinearRegex.Anchored(@"(?:(?:[a-zA-Z_]|\$(?:\{\w+\}|\w+))+\w*)+");

    private readonly RelabelRuleText _text;
    private readonly Regex _regex;
    private readonly RegexTemplate _replacement;
    private readonly RegexTemplate _target;

    private RelabelRule(RelabelRuleText text, Regex regex)
    {
        _text = text;
        _regex = regex;
        var groups = RegexTemplate.GroupsOf(text.Regex);
        _replacement = new RegexTemplate(text.Replacement, groups);
        _target = new RegexTemplate(text.TargetLabel, groups);
    }

    public RelabelAction Action => _text.Action;

    /// <summary>The rule as it was written.</summary>
    public RelabelRuleText Source => _text;

    /// <summary>Checks a rule; null and what is wrong with it, in Prometheus' words, when it breaks the rules of form.</summary>
    public static RelabelRule? Create(RelabelRuleText text, out string? error)
    {
        Regex? regex = null;
        error = FormError(text);
        if (error is null)
        {
            try
            {
                regex = LinearRegex.Anchored(text.Regex);
            }
            catch (Exception e) when (e is ArgumentException or NotSupportedException)
            {
                error = $"error parsing regexp: {e.Message}";
            }
        }
        return regex is null ? null : new RelabelRule(text, regex);
    }

    /// <summary>Applies rules in order; false when one drops the labels.</summary>
    public static bool Apply(IReadOnlyList<RelabelRule> rules, RelabelLabels labels)
    {
        foreach (var rule in rules)
        {
            if (!rule.Apply(labels))
                return false;
        }
        return true;
    }

    private bool Apply(RelabelLabels labels)
    {
        switch (Action)
        {
            case RelabelAction.Keep: return _regex.IsMatch(Joined(labels));
            case RelabelAction.Drop: return !_regex.IsMatch(Joined(labels));
            case RelabelAction.KeepEqual: return labels.Get(_text.TargetLabel) == Joined(labels);
            case RelabelAction.DropEqual: return labels.Get(_text.TargetLabel) != Joined(labels);
            case RelabelAction.Lowercase: labels.Set(_text.TargetLabel, Joined(labels).ToLowerInvariant()); break;
            case RelabelAction.Uppercase: labels.Set(_text.TargetLabel, Joined(labels).ToUpperInvariant()); break;
            case RelabelAction.HashMod: labels.Set(_text.TargetLabel, HashMod(Joined(labels)).ToString(CultureInfo.InvariantCulture)); break;
            case RelabelAction.LabelMap: Map(labels); break;
            case RelabelAction.LabelDrop: RemoveWhere(labels, isMatch: true); break;
            case RelabelAction.LabelKeep: RemoveWhere(labels, isMatch: false); break;
            default: Replace(labels); break;
        }
        return true;
    }

    private string Joined(RelabelLabels labels) => _text.SourceLabels.Count switch
    {
        0 => "",
        1 => labels.Get(_text.SourceLabels[0]),
        _ => string.Join(_text.Separator, _text.SourceLabels.Select(labels.Get)),
    };

    private void Replace(RelabelLabels labels)
    {
        var match = _regex.Match(Joined(labels));
        if (!match.Success)
            return;
        var target = _target.Expand(match);
        if (IsLabelName(target))
            labels.Set(target, _replacement.Expand(match));
    }

    private void Map(RelabelLabels labels)
    {
        foreach (var (name, value) in labels.All.ToArray())
        {
            if (_regex.Match(name) is { Success: true } match && _replacement.Expand(match) is { Length: > 0 } target)
                labels.Set(target, value);
        }
    }

    private void RemoveWhere(RelabelLabels labels, bool isMatch)
    {
        foreach (var name in labels.All.Keys.ToArray())
        {
            if (_regex.IsMatch(name) == isMatch)
                labels.Remove(name);
        }
    }

    // Why MD5, and its last eight bytes: shards must come out as they do in Prometheus, so that a fleet can be moved over one by one.
    private ulong HashMod(string text) => BinaryPrimitives.ReadUInt64BigEndian(MD5.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(8)) % _text.Modulus;

    private static string? FormError(RelabelRuleText text)
    {
        var action = text.Action.ToString().ToLowerInvariant();
        var hasTarget = text.Action is RelabelAction.Replace or RelabelAction.HashMod or RelabelAction.Lowercase or RelabelAction.Uppercase or RelabelAction.KeepEqual or RelabelAction.DropEqual;
        var isFixed = text.Action is RelabelAction.Lowercase or RelabelAction.Uppercase or RelabelAction.KeepEqual or RelabelAction.DropEqual;
        if (text is { Action: RelabelAction.HashMod, Modulus: 0 })
            return "relabel configuration for hashmod requires non-zero modulus";
        if (hasTarget && text.TargetLabel.Length == 0)
            return $"relabel configuration for {action} action requires 'target_label' value";
        if (hasTarget && !IsTarget(text))
            return $"\"{text.TargetLabel}\" is invalid 'target_label' for {action} action";
        if (isFixed && text.Replacement != RelabelRuleText.DefaultReplacement)
            return $"'replacement' can not be set for {action} action";
        if (text.Action == RelabelAction.LabelMap && !s_template.IsMatch(text.Replacement))
            return $"\"{text.Replacement}\" is invalid 'replacement' for {action} action";
        var isPlain = text is { Modulus: 0, Separator: RelabelRuleText.DefaultSeparator, Replacement: RelabelRuleText.DefaultReplacement };
        if (text.Action is RelabelAction.KeepEqual or RelabelAction.DropEqual && !(isPlain && text.Regex == RelabelRuleText.DefaultRegex))
            return $"{action} action requires only 'source_labels' and `target_label`, and no other fields";
        if (text.Action is RelabelAction.LabelDrop or RelabelAction.LabelKeep && !(isPlain && text.SourceLabels.Count == 0 && text.TargetLabel.Length == 0))
            return $"{action} action requires only 'regex', and no other fields";
        return null;
    }

    private static bool IsTarget(RelabelRuleText text) =>
        text.Action == RelabelAction.Replace && text.TargetLabel.Contains('$', StringComparison.Ordinal) ? s_template.IsMatch(text.TargetLabel) : IsLabelName(text.TargetLabel);

    // Prometheus 3 takes any UTF-8 text for the name of a label.
    private static bool IsLabelName(string name) => name.Length > 0 && !name.Contains('\uFFFD', StringComparison.Ordinal);
}
