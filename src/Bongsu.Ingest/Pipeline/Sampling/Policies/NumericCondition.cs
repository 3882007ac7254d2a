using Bongsu.Telemetry.Events;

namespace Bongsu.Ingest.Pipeline.Sampling.Policies;

/// <summary><c>numeric_attribute</c>: a whole number from one to another, both included.</summary>
public sealed class NumericCondition(string key, long min, long max) : AttributeCondition(key)
{
    protected override bool Passes(AttributeTable table, AttributeValue value) => value.Kind == AttributeKind.Int && value.Bits >= min && value.Bits <= max;
}
