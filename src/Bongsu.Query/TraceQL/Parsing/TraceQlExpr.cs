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
    ChildCount,
}

/// <summary>A value expression about one span, immutable.</summary>
internal abstract record FieldExpr;

internal sealed record LiteralField(TraceValue Value) : FieldExpr;

internal sealed record AttributeField(AttributeScope Scope, string Name, byte[] NameUtf8) : FieldExpr
{
    public override string ToString() => $"{(Scope == AttributeScope.Any ? "" : Scope.ToString().ToLowerInvariant())}.{AttributeName.Quote(Name)}";
}

internal sealed record IntrinsicField(Intrinsic Intrinsic, string Name) : FieldExpr
{
    public override string ToString() => Name;
}

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

/// <summary>A number about a span set, immutable.</summary>
internal abstract record ScalarExpr;

internal sealed record ScalarLiteral(TraceValue Value) : ScalarExpr;

internal sealed record ScalarAggregate(string Operation, FieldExpr? Field) : ScalarExpr;

internal sealed record ScalarBinary(char Operation, ScalarExpr Left, ScalarExpr Right) : ScalarExpr;

/// <summary>A query: either a search for traces or a metrics expression.</summary>
internal sealed record TraceQlQuery(SpansetPipeline? Search, MetricExpr? Metrics, TraceQlHints Hints);

internal enum MetricFunction : byte
{
    Rate,
    CountOverTime,
    MinOverTime,
    MaxOverTime,
    AvgOverTime,
    SumOverTime,
    QuantileOverTime,
    HistogramOverTime,
    Compare,
}

/// <summary>Series over time, immutable.</summary>
internal abstract record MetricExpr;

/// <summary>Spans that a pipeline picks, folded into steps by a function.</summary>
internal sealed record MetricSelect(SpansetPipeline Spans, MetricStage Function) : MetricExpr;

/// <summary>A number that stands for every point of every series.</summary>
internal sealed record MetricScalar(TraceValue Value) : MetricExpr;

/// <summary>Arithmetic between series of the same labels, or of series without labels with all others.</summary>
internal sealed record MetricBinary(char Operation, MetricExpr Left, MetricExpr Right) : MetricExpr;

/// <summary>The largest (or smallest) points of each step.</summary>
internal sealed record MetricRanking(MetricExpr Of, int Count, bool Largest) : MetricExpr;

/// <summary>Points that compare with a number as told.</summary>
internal sealed record MetricFilter(MetricExpr Of, string Operation, double Threshold) : MetricExpr;

/// <summary>A metrics function with its arguments.</summary>
/// <param name="Field">What is measured; null where spans are counted.</param>
/// <param name="Quantiles">Of quantile_over_time.</param>
/// <param name="Compare">Of compare.</param>
internal sealed record MetricStage(MetricFunction Function, FieldExpr? Field, IReadOnlyList<double> Quantiles, CompareArguments? Compare,
    IReadOnlyList<(string Text, FieldExpr Field)> By);

/// <summary>compare's arguments: which spans are the selection, how many values to show of an attribute, and when the selection may start (0: ever).</summary>
internal sealed record CompareArguments(FieldExpr? Selection, int Top, long StartNanos, long EndNanos);
