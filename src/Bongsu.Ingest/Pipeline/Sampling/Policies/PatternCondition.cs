using System.Text.RegularExpressions;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Ingest.Pipeline.Sampling.Policies;

/// <summary><c>string_attribute</c> with expressions: a text that one of some matches, anywhere in it.</summary>
public sealed class PatternCondition : AttributeCondition
{
    private readonly Regex[] _expressions;

    /// <exception cref="ArgumentException">One is no expression.</exception>
    /// <exception cref="NotSupportedException">One cannot be run in linear time.</exception>
    public PatternCondition(string key, IReadOnlyList<string> expressions) : base(key) => _expressions = [.. expressions.Select(LinearRegex.Unanchored)];

    protected override bool Passes(AttributeTable table, AttributeValue value)
    {
        if (value.Kind != AttributeKind.String || value.Payload.IsEmpty)
            return false;
        var text = table.Arena.Get(value.Payload);
        foreach (var expression in _expressions)
        {
            if (TextMatch.IsMatch(expression, text))
                return true;
        }
        return false;
    }
}
