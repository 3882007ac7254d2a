using Bongsu.Telemetry.Events;

namespace Bongsu.Ingest.Pipeline.Sampling.Policies;

/// <summary><c>boolean_attribute</c>: true, or false, as asked.</summary>
public sealed class BooleanCondition(string key, bool wanted) : AttributeCondition(key)
{
    protected override bool Passes(AttributeTable table, AttributeValue value) => value.Kind == AttributeKind.Bool && value.Bits != 0 == wanted;
}
