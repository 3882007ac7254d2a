using System.Globalization;
using Bongsu.Query.LogQL.Parsing;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Query.LogQL.Stages;

/// <summary>A condition on labels; conditions combine to trees. Immutable.</summary>
internal abstract class LabelCondition
{
    public abstract bool Passes(LineState line);

    public abstract IEnumerable<string> Labels { get; }
}

/// <summary>Keeps lines whose labels pass a condition.</summary>
internal sealed class LabelFilter(LabelCondition condition) : LineStage
{
    public override bool NeedsAllLabels => false;

    public override IEnumerable<string> ReadsLabels => condition.Labels;

    public override bool Process(LineState line) => condition.Passes(line);
}

internal sealed class AllOf(LabelCondition left, LabelCondition right) : LabelCondition
{
    public override IEnumerable<string> Labels => left.Labels.Concat(right.Labels);

    public override bool Passes(LineState line) => left.Passes(line) && right.Passes(line);
}

internal sealed class AnyOf(LabelCondition left, LabelCondition right) : LabelCondition
{
    public override IEnumerable<string> Labels => left.Labels.Concat(right.Labels);

    public override bool Passes(LineState line) => left.Passes(line) || right.Passes(line);
}

/// <summary>Text compared as text; a missing label is empty.</summary>
internal sealed class TextCondition(LabelMatcher matcher) : LabelCondition
{
    public override IEnumerable<string> Labels => [matcher.Name];

    public override bool Passes(LineState line) => matcher.Matches(line.Get(matcher.Name));
}

internal sealed class AddressCondition(string name, bool negate, AddressMatcher addresses) : LabelCondition
{
    public override IEnumerable<string> Labels => [name];

    public override bool Passes(LineState line)
    {
        if (line.Error is not null)
            return true;
        return line.TryGet(name, out var value) && addresses.Matches(value) != negate;
    }
}

internal enum QuantityKind : byte
{
    Number,
    Duration,
    Bytes,
}

/// <summary>
/// A number, duration or byte size compared. Lines without the label are dropped; lines whose value is none keep going with an error label, as do
/// lines that have an error already.
/// </summary>
internal sealed class QuantityCondition(string name, string operation, QuantityKind kind, double wanted) : LabelCondition
{
    public override IEnumerable<string> Labels => [name];

    public override bool Passes(LineState line)
    {
        if (line.Error is not null)
            return true;
        if (!line.TryGet(name, out var text))
            return false;
        if (!TryRead(text, out var value))
        {
            line.Fail(ErrorLabels.LabelFilter, $"\"{text}\" of label {name} is no {kind.ToString().ToLowerInvariant()}");
            return true;
        }
        return operation switch
        {
            "=" or "==" => value == wanted,
            "!=" => value != wanted,
            ">" => value > wanted,
            ">=" => value >= wanted,
            "<" => value < wanted,
            _ => value <= wanted,
        };
    }

    private bool TryRead(string text, out double value) => kind switch
    {
        QuantityKind.Number => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value),
        QuantityKind.Duration => LogQlUnits.TryDurationNanos(text, out value),
        _ => LogQlUnits.TryBytes(text, out value),
    };
}
