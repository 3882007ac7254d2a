using System.Text;
using Bongsu.Telemetry.Logs;
using MatchType = Bongsu.Telemetry.Labels.MatchType;

namespace Bongsu.Query.LogQL.Stages;

/// <summary><c>|= != |~ !~ |&gt; !&gt;</c>: keeps lines in which any of the probes is found, or none of them.</summary>
internal sealed class LineFilter(string operation, IReadOnlyList<LineProbe> probes) : LineStage
{
    private readonly bool _negate = operation[0] == '!';

    /// <summary>What every line that passes must contain, or null: the hint for the store.</summary>
    public ReadOnlyMemory<byte>? Needle => !_negate && probes is [{ Required.Length: > 0 } only] ? Encoding.UTF8.GetBytes(only.Required) : null;

    /// <summary>Whether the needle or the expression is all there is to it.</summary>
    public bool IsHint => IsNeedle || Expression is not null;

    private bool IsNeedle => !_negate && probes is [{ IsText: true, Required.Length: > 0 }];

    /// <summary>The expression that is all there is to it, or null: the hint for the store.</summary>
    public LineMatcher? Expression => !_negate && !IsNeedle && Matcher is { } matcher
        ? new LineMatcher(matcher.Type, matcher.Text) { Required = Needle ?? default }
        : null;

    /// <summary>The filter as stores know one; null when it looks for a pattern or an address.</summary>
    public LineMatcher? Matcher
    {
        get
        {
            if (!probes.All(p => p.Expression is not null))
                return null;
            if (probes is [{ IsText: true } only])
                return new LineMatcher(_negate ? MatchType.NotEqual : MatchType.Equal, only.Required);
            return new LineMatcher(_negate ? MatchType.NotRegex : MatchType.Regex, string.Join('|', probes.Select(p => $"(?:{p.Expression})")));
        }
    }

    public override bool Process(LineState line)
    {
        for (var i = 0; i < probes.Count; i++)
        {
            if (probes[i].Matches(line))
                return !_negate;
        }
        return _negate;
    }

    public override string ToString() => $"{operation} {string.Join(" or ", probes)}";
}
