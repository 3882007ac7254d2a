namespace Bongsu.Query.PromQL.Syntax;

/// <summary>Refuses expressions whose parts do not fit together by type, as Prometheus does when it parses.</summary>
internal static class PromQlTypeChecker
{
    public static void Check(PromExpr expr)
    {
        switch (expr)
        {
            case ParenExpr paren:
                Check(paren.Inner);
                break;
            case UnaryExpr unary:
                Check(unary.Inner);
                if (unary.Inner.Type is not (PromType.Scalar or PromType.InstantVector))
                    throw At(unary, $"unary expression only allowed on expressions of type scalar or instant vector, got \"{unary.Inner.Type.Documented()}\"");
                break;
            case SubqueryExpr subquery:
                Check(subquery.Inner);
                if (subquery.Inner.Type != PromType.InstantVector)
                    throw At(subquery, $"subquery is only allowed on instant vector, got {subquery.Inner.Type.Documented()} instead");
                break;
            case AggregateExpr aggregate:
                CheckAggregate(aggregate);
                break;
            case CallExpr call:
                CheckCall(call);
                break;
            case BinaryExpr binary:
                CheckBinary(binary);
                break;
        }
    }

    private static void CheckAggregate(AggregateExpr aggregate)
    {
        Check(aggregate.Inner);
        Expect(aggregate.Inner, PromType.InstantVector, "aggregation expression");
        if (aggregate.Parameter is null)
            return;
        Check(aggregate.Parameter);
        Expect(aggregate.Parameter, aggregate.Operator == "count_values" ? PromType.String : PromType.Scalar, "aggregation parameter");
    }

    private static void CheckCall(CallExpr call)
    {
        var function = call.Function;
        var most = function.Parameters.Count;
        var least = most - Math.Abs(function.Optional);
        var count = call.Arguments.Count;
        if (function.Optional == 0 && count != most)
            throw At(call, $"expected {most} argument(s) in call to \"{function.Name}\", got {count}");
        if (count < least)
            throw At(call, $"expected at least {least} argument(s) in call to \"{function.Name}\", got {count}");
        if (function.Optional > 0 && count > most)
            throw At(call, $"expected at most {most} argument(s) in call to \"{function.Name}\", got {count}");
        for (var i = 0; i < count; i++)
        {
            Check(call.Arguments[i]);
            Expect(call.Arguments[i], function.Parameters[Math.Min(i, most - 1)], $"call to function \"{function.Name}\"");
        }
        if (function.Name == "info")
            throw At(call, "function \"info\" is not supported");
    }

    private static void CheckBinary(BinaryExpr binary)
    {
        Check(binary.Left);
        Check(binary.Right);
        var op = binary.Operator;
        var (left, right) = (binary.Left.Type, binary.Right.Type);
        if (left is not (PromType.Scalar or PromType.InstantVector))
            throw At(binary.Left, "binary expression must contain only scalar and instant vector types");
        if (right is not (PromType.Scalar or PromType.InstantVector))
            throw At(binary.Right, "binary expression must contain only scalar and instant vector types");
        if (binary.ReturnBool && !op.IsComparison())
            throw At(binary, "bool modifier can only be used on comparison operators");
        var scalars = left == PromType.Scalar && right == PromType.Scalar;
        if (scalars && op.IsComparison() && !binary.ReturnBool)
            throw At(binary, "comparisons between scalars must use BOOL modifier");
        if (op.IsSet() && (left == PromType.Scalar || right == PromType.Scalar))
            throw At(binary, $"set operator \"{op.Text()}\" not allowed in binary scalar expression");
        if (scalars && op is BinaryOperator.TrimUpper or BinaryOperator.TrimLower)
            throw At(binary, $"operator \"{op.Text()}\" not allowed in binary scalar expression");
        if (binary.Matching is { } matching)
            CheckMatching(binary, matching);
    }

    private static void CheckMatching(BinaryExpr binary, VectorMatching matching)
    {
        if (binary.Left.Type != PromType.InstantVector || binary.Right.Type != PromType.InstantVector)
        {
            if (matching.Labels.Count > 0 || matching.Cardinality != MatchCardinality.OneToOne || matching.On)
                throw At(binary, "vector matching only allowed between instant vectors");
        }
        if (binary.Operator.IsSet() && matching.Cardinality != MatchCardinality.OneToOne)
            throw At(binary, $"no grouping allowed for \"{binary.Operator.Text()}\" operation");
        if (!matching.On)
            return;
        foreach (var label in matching.Include)
        {
            if (matching.Labels.Contains(label))
                throw At(binary, $"label \"{label}\" must not occur in ON and GROUP clause at once");
        }
    }

    private static void Expect(PromExpr expr, PromType wanted, string context)
    {
        if (expr.Type != wanted)
            throw At(expr, $"expected type {wanted.Documented()} in {context}, got {expr.Type.Documented()}");
    }

    private static PromParseException At(PromExpr expr, string message) => new(expr.Span.Start, message);
}
