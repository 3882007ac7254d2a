using System.Globalization;
using Bongsu.Query.LogQL.Parsing;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;
using MatchType = Bongsu.Telemetry.Labels.MatchType;

namespace Bongsu.Query.LogQL.Stages;

// One closed family, read side by side.

/// <summary>A condition on labels; conditions combine to trees. Immutable.</summary>
internal abstract class LabelCondition
{
    public abstract bool Passes(LineState line);

    public abstract IEnumerable<string> Labels { get; }

    /// <summary>Texts that a label must equal in every line that passes; none when that cannot be said.</summary>
    public virtual IEnumerable<LabelMatcher> Required => [];

    /// <summary>The conditions that must all hold, in the order in which they are looked at.</summary>
    public virtual IEnumerable<LabelCondition> Conjuncts => [this];

    /// <summary>Whether it may give a line an error.</summary>
    public virtual bool MayFail => false;

    /// <summary>The condition as stores know one, null when they do not.</summary>
    public virtual FieldCondition? AsField => null;

    /// <summary>The condition as a query writes it.</summary>
    public abstract override string ToString();
}

internal sealed class AllOf(LabelCondition left, LabelCondition right) : LabelCondition
{
    public override IEnumerable<string> Labels => left.Labels.Concat(right.Labels);

    public override IEnumerable<LabelMatcher> Required => left.Required.Concat(right.Required);

    public override IEnumerable<LabelCondition> Conjuncts => left.Conjuncts.Concat(right.Conjuncts);

    public override bool MayFail => left.MayFail || right.MayFail;

    public override bool Passes(LineState line) => left.Passes(line) && right.Passes(line);

    public override string ToString() => $"( {left} , {right} )";
}

internal sealed class AnyOf(LabelCondition left, LabelCondition right) : LabelCondition
{
    public override IEnumerable<string> Labels => left.Labels.Concat(right.Labels);

    public override bool MayFail => left.MayFail || right.MayFail;

    public override bool Passes(LineState line) => left.Passes(line) || right.Passes(line);

    public override string ToString() => $"( {left} or {right} )";
}

/// <summary>Text compared as text; a missing label is empty.</summary>
internal sealed class TextCondition(LabelMatcher matcher) : LabelCondition
{
    public override IEnumerable<string> Labels => [matcher.Name];

    public override IEnumerable<LabelMatcher> Required => matcher is { Type: MatchType.Equal, Value.Length: > 0 } ? [matcher] : [];

    public override FieldCondition? AsField => FieldCondition.OfText(matcher);

    public override bool Passes(LineState line) => line.Matches(matcher);

    public override string ToString() => LogQlText.Matcher(matcher);
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

    public override string ToString() => $"{name}{(negate ? "!=" : "=")}ip({LogQlText.Quote(addresses.Text)})";
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
/// <param name="name">The label.</param>
/// <param name="operation">The comparison.</param>
/// <param name="kind">How the value is read.</param>
/// <param name="wanted">The other side; durations in ns.</param>
/// <param name="text">The other side as written.</param>
internal sealed class QuantityCondition(string name, string operation, QuantityKind kind, double wanted, string text) : LabelCondition
{
    public override IEnumerable<string> Labels => [name];

    public override bool MayFail => true;

    public override FieldCondition? AsField => kind != QuantityKind.Number ? null : FieldCondition.OfNumber(name, operation switch
    {
        "=" or "==" => FieldComparison.Equal,
        "!=" => FieldComparison.NotEqual,
        ">" => FieldComparison.Greater,
        ">=" => FieldComparison.GreaterOrEqual,
        "<" => FieldComparison.Less,
        _ => FieldComparison.LessOrEqual,
    }, wanted);

    public override bool Passes(LineState line)
    {
        if (line.Error is not null)
            return true;
        // Fast path: a plain number.
        if (kind == QuantityKind.Number && LogQlUnits.TryDecimal(line.GetUtf8(name), out var value))
            return Holds(value);
        Span<char> buffer = stackalloc char[LogQlUnits.UsualLength];
        if (!line.TryGet(name, buffer, out var text))
            return false;
        if (TryRead(text, out value))
            return Holds(value);
        line.Fail(ErrorLabels.LabelFilter, $"\"{text}\" of label {name} is no {kind.ToString().ToLowerInvariant()}");
        return true;
    }

    private bool Holds(double value) => operation switch
    {
        "=" or "==" => value == wanted,
        "!=" => value != wanted,
        ">" => value > wanted,
        ">=" => value >= wanted,
        "<" => value < wanted,
        _ => value <= wanted,
    };

    public override string ToString() => name + (operation == "=" ? "==" : operation) + kind switch
    {
        QuantityKind.Number => LogQlText.Number(wanted),
        QuantityKind.Duration => LogQlText.Duration(wanted),
        // Why as written: the exact number of bytes is what 640KiB says.
        _ => text,
    };

    private bool TryRead(ReadOnlySpan<char> text, out double value) => kind switch
    {
        QuantityKind.Number => LogQlUnits.TryNumber(text, out value),
        QuantityKind.Duration => LogQlUnits.TryDurationNanos(text, out value),
        _ => LogQlUnits.TryBytes(text, out value),
    };
}
