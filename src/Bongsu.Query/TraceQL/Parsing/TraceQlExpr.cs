using System.Text.RegularExpressions;

namespace Bongsu.Query.TraceQL.Parsing;

// The syntax tree in one file: it is one closed family, read side by side.

/// <summary>Where an attribute is looked for.</summary>
internal enum AttributeScope : byte
{
    /// <summary>On the span, then on its resource.</summary>
    Any,
    Span,
    Resource,
    Event,
    Link,
    Instrumentation,
}

internal enum Intrinsic : byte
{
    Name,
    Status,
    StatusMessage,
    Duration,
    Kind,
    SpanId,
    ParentId,
    TraceId,
    TraceDuration,
    RootName,
    RootServiceName,
    NestedSetLeft,
    NestedSetRight,
    NestedSetParent,
    EventName,
    EventTimeSinceStart,
    LinkTraceId,
    LinkSpanId,
    ScopeName,
    ScopeVersion,
}

/// <summary>A value expression about one span, immutable.</summary>
internal abstract record FieldExpr;

internal sealed record LiteralField(TraceValue Value) : FieldExpr;

internal sealed record AttributeField(AttributeScope Scope, string Name, byte[] NameUtf8) : FieldExpr;

internal sealed record IntrinsicField(Intrinsic Intrinsic, string Name) : FieldExpr;

internal sealed record UnaryField(char Operation, FieldExpr Operand) : FieldExpr;

/// <summary>Arithmetic, comparison or logic; <paramref name="Regex"/> is set for =~ and !~ with a literal.</summary>
internal sealed record BinaryField(string Operation, FieldExpr Left, FieldExpr Right, Regex? Regex) : FieldExpr;

/// <summary>Spans of one trace that an expression picks, immutable.</summary>
internal abstract record SpansetExpr;

/// <summary><c>{ … }</c>; without a condition every span.</summary>
internal sealed record SpansetFilter(FieldExpr? Condition) : SpansetExpr;

/// <summary><c>&amp;&amp; ||</c> and the structural operators with their negated (!) and union (&amp;) forms.</summary>
internal sealed record SpansetBinary(string Operation, SpansetExpr Left, SpansetExpr Right) : SpansetExpr;

internal sealed record SpansetPipeline(IReadOnlyList<PipelineStage> Stages) : SpansetExpr;

internal abstract record PipelineStage;

internal sealed record SpansetStage(SpansetExpr Spanset) : PipelineStage;

/// <summary>Keeps span sets whose aggregates compare as told.</summary>
internal sealed record ScalarFilterStage(string Operation, ScalarExpr Left, ScalarExpr Right) : PipelineStage;

internal sealed record GroupStage(FieldExpr By, string Text) : PipelineStage;

internal sealed record CoalesceStage : PipelineStage;

internal sealed record SelectStage(IReadOnlyList<(string Text, FieldExpr Field)> Fields) : PipelineStage;

/// <summary>The end of a metrics query: rate, count_over_time and the like, by fields.</summary>
internal sealed record MetricStage(string Operation, FieldExpr? Field, IReadOnlyList<(string Text, FieldExpr Field)> By) : PipelineStage;

/// <summary>A number about a span set, immutable.</summary>
internal abstract record ScalarExpr;

internal sealed record ScalarLiteral(TraceValue Value) : ScalarExpr;

internal sealed record ScalarAggregate(string Operation, FieldExpr? Field) : ScalarExpr;

internal sealed record ScalarBinary(char Operation, ScalarExpr Left, ScalarExpr Right) : ScalarExpr;
