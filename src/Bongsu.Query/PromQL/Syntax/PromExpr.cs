using Bongsu.Telemetry.Labels;

namespace Bongsu.Query.PromQL.Syntax;

public enum PromType : byte
{
    Scalar,
    InstantVector,
    RangeVector,
    String,
}

/// <summary>Where a piece of a query stands: byte-free character offsets, end exclusive.</summary>
public readonly record struct TextSpan(int Start, int End);

/// <summary>A parsed PromQL expression. Immutable; depth is bounded by the parser, so that recursion over it is safe.</summary>
public abstract record PromExpr(TextSpan Span)
{
    public abstract PromType Type { get; }

    /// <summary>Longest way down to a leaf, this node included.</summary>
    internal int Depth { get; init; } = 1;

    public sealed override string ToString() => PromQlPrinter.Print(this);

    /// <summary>The expression without parentheses around it.</summary>
    internal PromExpr Bare()
    {
        var expr = this;
        while (expr is ParenExpr paren)
            expr = paren.Inner;
        return expr;
    }
}

/// <param name="Span">Where it stands.</param>
/// <param name="Value">A duration is its seconds.</param>
/// <param name="IsDuration">Written as a duration (5m).</param>
public sealed record NumberExpr(TextSpan Span, double Value, bool IsDuration) : PromExpr(Span)
{
    public override PromType Type => PromType.Scalar;
}

public sealed record StringExpr(TextSpan Span, string Text) : PromExpr(Span)
{
    public override PromType Type => PromType.String;
}

public enum AtKind : byte
{
    None,
    Time,
    Start,
    End,
}

/// <summary>The @ modifier: a fixed time (ms since the epoch) or the start or end of the query.</summary>
public readonly record struct AtModifier(AtKind Kind, long TimeMs);

/// <summary>Selects series by name and matchers; <paramref name="Matchers"/> contain the one of the name, if there is one.</summary>
public sealed record SelectorExpr(TextSpan Span, string? Name, IReadOnlyList<LabelMatcher> Matchers) : PromExpr(Span)
{
    /// <summary>0 while <see cref="OffsetDuration"/> is not computed.</summary>
    public long OffsetMs { get; init; }

    /// <summary>The offset, where it is to be computed.</summary>
    public DurationExpr? OffsetDuration { get; init; }
    public AtModifier At { get; init; }
    public RangeEdges Edges { get; init; }
    public override PromType Type => PromType.InstantVector;
}

/// <param name="Span">Where it stands.</param>
/// <param name="Selector">The series.</param>
/// <param name="RangeMs">How far back; 0 while <see cref="RangeDuration"/> is not computed.</param>
public sealed record RangeExpr(TextSpan Span, SelectorExpr Selector, long RangeMs) : PromExpr(Span)
{
    /// <summary>The range, where it is to be computed.</summary>
    public DurationExpr? RangeDuration { get; init; }
    public override PromType Type => PromType.RangeVector;
}

/// <param name="Span">Where it stands.</param>
/// <param name="Inner">What is evaluated at each step.</param>
/// <param name="RangeMs">How far back; 0 while <see cref="RangeDuration"/> is not computed.</param>
/// <param name="StepMs">0: the default step, or <see cref="StepDuration"/>.</param>
public sealed record SubqueryExpr(TextSpan Span, PromExpr Inner, long RangeMs, long StepMs) : PromExpr(Span)
{
    public DurationExpr? RangeDuration { get; init; }
    public DurationExpr? StepDuration { get; init; }
    public long OffsetMs { get; init; }
    public DurationExpr? OffsetDuration { get; init; }
    public AtModifier At { get; init; }
    public override PromType Type => PromType.RangeVector;
}

public sealed record CallExpr(TextSpan Span, PromFunction Function, IReadOnlyList<PromExpr> Arguments) : PromExpr(Span)
{
    public override PromType Type => Function.Returns;
}

public sealed record AggregateExpr(TextSpan Span, string Operator, PromExpr Inner, PromExpr? Parameter, IReadOnlyList<string> Grouping, bool Without)
    : PromExpr(Span)
{
    public override PromType Type => PromType.InstantVector;
}

public enum BinaryOperator : byte
{
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Power,
    Atan2,
    Equal,
    NotEqual,
    Greater,
    Less,
    GreaterOrEqual,
    LessOrEqual,
    TrimUpper,
    TrimLower,
    And,
    Or,
    Unless,
}

public enum MatchCardinality : byte
{
    OneToOne,
    ManyToOne,
    OneToMany,
}

/// <summary>How the sides of a binary operator find each other.</summary>
/// <param name="On">Match on the labels (true) or on all but them.</param>
/// <param name="Labels">The labels.</param>
/// <param name="Cardinality">group_left is many to one, group_right one to many.</param>
/// <param name="Include">Labels copied from the "one" side.</param>
public sealed record VectorMatching(bool On, IReadOnlyList<string> Labels, MatchCardinality Cardinality, IReadOnlyList<string> Include)
{
    /// <summary>What holds where the query says nothing: one to one, by all labels.</summary>
    public static readonly VectorMatching Default = new(false, [], MatchCardinality.OneToOne, []);

    /// <summary>Stands in for series that the left side lacks, or null.</summary>
    public double? FillLeft { get; init; }

    /// <summary>Stands in for series that the right side lacks, or null.</summary>
    public double? FillRight { get; init; }
}

public sealed record BinaryExpr(TextSpan Span, BinaryOperator Operator, PromExpr Left, PromExpr Right, bool ReturnBool, VectorMatching? Matching)
    : PromExpr(Span)
{
    /// <summary>Where the operator stands.</summary>
    internal int OperatorAt { get; init; }

    public override PromType Type =>
        Left.Type == PromType.Scalar && Right.Type == PromType.Scalar ? PromType.Scalar : PromType.InstantVector;
}

public sealed record UnaryExpr(TextSpan Span, bool Negative, PromExpr Inner) : PromExpr(Span)
{
    public override PromType Type => Inner.Type;
}

public sealed record ParenExpr(TextSpan Span, PromExpr Inner) : PromExpr(Span)
{
    public override PromType Type => Inner.Type;
}

internal static class PromTypeNames
{
    /// <summary>As Prometheus' API names it.</summary>
    public static string Name(this PromType type) => type switch
    {
        PromType.Scalar => "scalar",
        PromType.InstantVector => "vector",
        PromType.RangeVector => "matrix",
        _ => "string",
    };

    public static string Documented(this PromType type) => type switch
    {
        PromType.Scalar => "scalar",
        PromType.InstantVector => "instant vector",
        PromType.RangeVector => "range vector",
        _ => "string",
    };

    public static string Text(this BinaryOperator op) => op switch
    {
        BinaryOperator.Add => "+",
        BinaryOperator.Subtract => "-",
        BinaryOperator.Multiply => "*",
        BinaryOperator.Divide => "/",
        BinaryOperator.Modulo => "%",
        BinaryOperator.Power => "^",
        BinaryOperator.Atan2 => "atan2",
        BinaryOperator.Equal => "==",
        BinaryOperator.NotEqual => "!=",
        BinaryOperator.Greater => ">",
        BinaryOperator.Less => "<",
        BinaryOperator.GreaterOrEqual => ">=",
        BinaryOperator.LessOrEqual => "<=",
        BinaryOperator.TrimUpper => "</",
        BinaryOperator.TrimLower => ">/",
        BinaryOperator.And => "and",
        BinaryOperator.Or => "or",
        _ => "unless",
    };

    public static string Text(this DurationOperator op) => op switch
    {
        DurationOperator.Step => "step",
        DurationOperator.Range => "range",
        DurationOperator.MinOf => "min_of",
        DurationOperator.MaxOf => "max_of",
        _ => (BinaryOperator.Add + (byte)op).Text(),
    };

    public static bool IsComparison(this BinaryOperator op) => op is >= BinaryOperator.Equal and <= BinaryOperator.LessOrEqual;

    public static bool IsSet(this BinaryOperator op) => op >= BinaryOperator.And;
}
