using System.Text;
using Bongsu.Telemetry.Events;

namespace Bongsu.Ingest.Pipeline.Sampling.Policies;

/// <summary><c>string_attribute</c>: a text that is one of some; the empty one is none.</summary>
public sealed class StringCondition(string key, IReadOnlyList<string> values) : AttributeCondition(key)
{
    private readonly byte[][] _values = [.. values.Where(v => v.Length > 0).Select(Encoding.UTF8.GetBytes)];

    protected override bool Passes(AttributeTable table, AttributeValue value)
    {
        if (value.Kind != AttributeKind.String || value.Payload.IsEmpty)
            return false;
        var text = table.Arena.Get(value.Payload);
        foreach (var wanted in _values)
        {
            if (text.SequenceEqual(wanted))
                return true;
        }
        return false;
    }
}
