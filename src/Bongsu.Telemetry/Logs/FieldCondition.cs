using Bongsu.Telemetry.Labels;

namespace Bongsu.Telemetry.Logs;

public enum FieldComparison : byte
{
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

/// <summary>
/// A condition on a field as a query sees it behind <c>| json</c>: a label of the stream first, then a field of the record, then a value of the body's JSON
/// object, with nested keys joined by underscores and what is no letter, digit or underscore made one. Immutable.
/// </summary>
public sealed class FieldCondition
{
    private FieldCondition(string name, LabelMatcher? text, FieldComparison comparison, double number) =>
        (Name, Text, Comparison, Number) = (name, text, comparison, number);

    public string Name { get; }

    /// <summary>The condition on the text; null: it is on the number.</summary>
    public LabelMatcher? Text { get; }

    public FieldComparison Comparison { get; }

    public double Number { get; }

    /// <summary>A field that is not there is the empty text.</summary>
    public static FieldCondition OfText(LabelMatcher matcher) => new(matcher.Name, matcher, default, 0);

    /// <summary>A field that is not there fails; text that is no number passes, for the query has to say so.</summary>
    public static FieldCondition OfNumber(string name, FieldComparison comparison, double number) => new(name, null, comparison, number);

    public bool Passes(double value) => Comparison switch
    {
        FieldComparison.Equal => value == Number,
        FieldComparison.NotEqual => value != Number,
        FieldComparison.Greater => value > Number,
        FieldComparison.GreaterOrEqual => value >= Number,
        FieldComparison.Less => value < Number,
        _ => value <= Number,
    };
}
