using System.Text.RegularExpressions;
using Bongsu.Query.LogQL.Stages;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Query.LogQL.Parsing;

// The syntax tree in one file: it is one closed family, read side by side.

/// <summary>A node of a parsed query, immutable; <paramref name="Position"/> is the offset of its first character.</summary>
internal abstract record LogQlExpr(int Position);

/// <summary>A stream selector and the stages behind it. Stages are compiled when parsed and hold no state.</summary>
internal sealed record LogExpr(int Position, IReadOnlyList<LabelMatcher> Matchers, IReadOnlyList<LineStage> Stages) : LogQlExpr(Position);

internal sealed record NumberExpr(int Position, double Value) : LogQlExpr(Position);

/// <summary><c>vector(n)</c>: one sample without labels.</summary>
internal sealed record VectorExpr(int Position, double Value) : LogQlExpr(Position);

/// <summary><c>by (…)</c> or <c>without (…)</c>.</summary>
internal sealed record Grouping(bool Without, IReadOnlyList<string> Labels)
{
    public override string ToString() => $"{(Without ? "without" : "by")} ({string.Join(',', Labels)})";
}

internal enum UnwrapConversion : byte
{
    Number,
    Seconds,
    Bytes,
}

/// <summary>Takes a label's value as the sample, then filters on the outcome.</summary>
/// <param name="Label">The label.</param>
/// <param name="Conversion">How its value is read.</param>
/// <param name="Function">The conversion as written, null when there is none.</param>
/// <param name="PostFilters">Filters behind it.</param>
internal sealed record Unwrap(string Label, UnwrapConversion Conversion, string? Function, IReadOnlyList<LineStage> PostFilters)
{
    public override string ToString() => $"| unwrap {(Function is null ? Label : $"{Function}({Label})")}{string.Concat(PostFilters.Select(f => " " + f))}";
}

internal sealed record RangeAggregationExpr(int Position, string Operation, double? Parameter, LogExpr Log, Unwrap? Unwrap, long RangeNanos, long OffsetNanos,
    Grouping? Grouping) : LogQlExpr(Position);

internal sealed record VectorAggregationExpr(int Position, string Operation, int Parameter, LogQlExpr Inner, Grouping? Grouping) : LogQlExpr(Position)
{
    public bool TakesParameter => Operation is "topk" or "bottomk" or "approx_topk";
}

/// <summary>How the sides of a binary operation find each other.</summary>
internal sealed record VectorMatching(bool On, IReadOnlyList<string> Labels, bool GroupLeft, bool GroupRight, IReadOnlyList<string> Include);

internal sealed record BinaryExpr(int Position, string Operation, LogQlExpr Left, LogQlExpr Right, bool ReturnBool, VectorMatching? Matching) : LogQlExpr(Position);

/// <summary><c>label_replace</c> with its compiled expression and replacement.</summary>
internal sealed record LabelReplaceExpr(int Position, LogQlExpr Inner, string Target, string Replacement, string Source, string Expression, Regex Regex,
    RegexTemplate Template) : LogQlExpr(Position);
