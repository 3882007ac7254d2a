namespace Bongsu.Query.PromQL.Syntax;

/// <summary>
/// A duration that is computed when the query runs, since it may depend on its step and range: <c>[5m * 2]</c>, <c>offset step()</c>. Operands are of this
/// kind or numbers (seconds).
/// </summary>
/// <param name="Span">Where it stands.</param>
/// <param name="Operator">What to compute.</param>
/// <param name="Left">Null for signs, step() and range().</param>
/// <param name="Right">Null for step() and range().</param>
/// <param name="IsWrapped">Written in parentheses.</param>
public sealed record DurationExpr(TextSpan Span, DurationOperator Operator, PromExpr? Left, PromExpr? Right, bool IsWrapped = false) : PromExpr(Span)
{
    public override PromType Type => PromType.Scalar;
}
