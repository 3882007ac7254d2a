namespace Bongsu.Query.TraceQL.Parsing;

/// <summary>What type an expression has before any span is seen; attributes may be of any. Pure.</summary>
internal static class TraceQlTypes
{
    /// <summary>Null when it depends on the span.</summary>
    public static TraceValueKind? Of(FieldExpr expr) => expr switch
    {
        LiteralField literal => literal.Value.Type,
        AttributeField => null,
        IntrinsicField field => Of(field.Intrinsic),
        UnaryField { Operation: '!' } => TraceValueKind.Bool,
        UnaryField unary => Of(unary.Operand),
        BinaryField binary when IsArithmetic(binary.Operation) => Arithmetic(Of(binary.Left), Of(binary.Right)),
        _ => TraceValueKind.Bool,
    };

    public static bool IsArithmetic(string operation) => operation is "+" or "-" or "*" or "/" or "%" or "^";

    /// <summary>Why an operation cannot be between the operands, or null.</summary>
    public static string? Problem(string operation, FieldExpr left, FieldExpr right)
    {
        TraceValueKind? l = Of(left), r = Of(right);
        if (operation is "&&" or "||")
            return IsOr(l, TraceValueKind.Bool) && IsOr(r, TraceValueKind.Bool) ? null : $"binary operator {operation} needs boolean operands";
        if (IsArithmetic(operation))
            return IsNumber(l) && IsNumber(r) ? null : $"binary operator {operation} needs numbers";
        if (operation is "=~" or "!~")
            return IsOr(l, TraceValueKind.String) && IsOr(r, TraceValueKind.String) ? null : $"binary operator {operation} needs strings";
        if (l == TraceValueKind.Nil || r == TraceValueKind.Nil)
            return NilProblem(operation, l == TraceValueKind.Nil ? right : left);
        if (l is not null && r is not null && l != r && !(IsNumber(l) && IsNumber(r)))
            return $"binary operations must operate on the same type: {l} {operation} {r}";
        if (operation is ">" or ">=" or "<" or "<=" && (l ?? r) is TraceValueKind.Status or TraceValueKind.Kind or TraceValueKind.Bool)
            return $"binary operator {operation} does not go with {l ?? r}";
        return null;
    }

    /// <summary>Whether any part is known only with the whole trace at hand.</summary>
    public static bool NeedsTrace(FieldExpr expr) => expr switch
    {
        IntrinsicField field => field.Intrinsic is Intrinsic.TraceDuration or Intrinsic.RootName or Intrinsic.RootServiceName or Intrinsic.NestedSetLeft
            or Intrinsic.NestedSetRight or Intrinsic.NestedSetParent or Intrinsic.ChildCount,
        UnaryField unary => NeedsTrace(unary.Operand),
        BinaryField binary => NeedsTrace(binary.Left) || NeedsTrace(binary.Right),
        _ => false,
    };

    public static bool IsNumber(TraceValueKind? kind) => kind is null or TraceValueKind.Int or TraceValueKind.Float or TraceValueKind.Duration;

    /// <summary>Whether any part looks at a span.</summary>
    public static bool ReadsSpan(FieldExpr expr) => expr switch
    {
        AttributeField or IntrinsicField => true,
        UnaryField unary => ReadsSpan(unary.Operand),
        BinaryField binary => ReadsSpan(binary.Left) || ReadsSpan(binary.Right),
        _ => false,
    };

    private static string? NilProblem(string operation, FieldExpr other) => (operation, other) switch
    {
        (not ("=" or "!="), _) => $"nil does not go with {operation}",
        ("=", IntrinsicField field) => $"{field} is never nil",
        ("=", AttributeField { Scope: AttributeScope.Resource, Name: "service.name" } field) => $"{field} is never nil",
        _ => null,
    };

    private static bool IsOr(TraceValueKind? kind, TraceValueKind wanted) => kind is null || kind == wanted;

    private static TraceValueKind? Arithmetic(TraceValueKind? left, TraceValueKind? right)
    {
        if (left == TraceValueKind.Duration || right == TraceValueKind.Duration)
            return TraceValueKind.Duration;
        if (left is null || right is null)
            return null;
        return left == TraceValueKind.Float || right == TraceValueKind.Float ? TraceValueKind.Float : TraceValueKind.Int;
    }

    private static TraceValueKind Of(Intrinsic intrinsic) => intrinsic switch
    {
        Intrinsic.Status => TraceValueKind.Status,
        Intrinsic.Kind => TraceValueKind.Kind,
        Intrinsic.Duration or Intrinsic.TraceDuration or Intrinsic.EventTimeSinceStart => TraceValueKind.Duration,
        Intrinsic.NestedSetLeft or Intrinsic.NestedSetRight or Intrinsic.NestedSetParent or Intrinsic.ChildCount => TraceValueKind.Int,
        _ => TraceValueKind.String,
    };
}
