using Bongsu.Telemetry.Labels;

namespace Bongsu.Query.PromQL.Syntax;

/// <summary>Refuses expressions whose parts do not fit together by type, as Prometheus does when it parses.</summary>
internal static class PromQlTypeChecker
{
    public static void Check(PromExpr expr)
    {
        switch (expr)
        {
            case SelectorExpr selector:
                CheckSelector(selector);
                break;
            case RangeExpr range:
                CheckSelector(range.Selector);
                break;
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
                    throw At(subquery, $"subquery is only allowed on instant vector, got {subquery.Inner.Type.Name()} instead");
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
        var count = call.Arguments.Count;
        if (count < function.Least || count > function.Most)
        {
            var (bound, number) = function.Variadic == 0 ? ("", function.Most) : count < function.Least ? ("at least ", function.Least) : ("at most ", function.Most);
            throw At(call, $"expected {bound}{number} argument(s) in call to \"{function.Name}\", got {count}");
        }
        var isInfo = function.Name == "info";
        if (isInfo && count > 1)
            CheckInfoLabels(call.Arguments[1]);
        for (var i = 0; i < count; i++)
        {
            if (!isInfo || i == 0)
                Check(call.Arguments[i]);
            Expect(call.Arguments[i], function.Parameters[Math.Min(i, function.Parameters.Count - 1)].Type, $"call to function \"{function.Name}\"");
        }
    }

    private static void CheckInfoLabels(PromExpr labels)
    {
        if (labels.Type != PromType.InstantVector)
            Expect(labels, PromType.InstantVector, "call to function \"info\"");
        if (labels is not SelectorExpr selector)
            throw At(labels, "expected label selectors only");
        if (selector.Name is not null)
            throw At(labels, "expected label selectors only, got vector selector instead");
    }

    private static void CheckSelector(SelectorExpr selector)
    {
        for (var i = 1; selector.Name is not null && i < selector.Matchers.Count; i++)
        {
            if (selector.Matchers[i].Name == LabelNames.MetricName)
                throw At(selector, $"metric name must not be set twice: \"{selector.Name}\" or \"{selector.Matchers[i].Value}\"");
        }
        foreach (var matcher in selector.Matchers)
        {
            if (!matcher.MatchesEmpty)
                return;
        }
        throw At(selector, "vector selector must contain at least one non-empty matcher");
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
            throw AtOperator(binary, "bool modifier can only be used on comparison operators");
        var scalars = left == PromType.Scalar && right == PromType.Scalar;
        if (scalars && op.IsComparison() && !binary.ReturnBool)
            throw AtOperator(binary, "comparisons between scalars must use BOOL modifier");
        if (binary.Matching is { } matching)
            CheckMatching(binary, matching);
        if (op.IsSet() && (left == PromType.Scalar || right == PromType.Scalar))
            throw At(binary, $"set operator \"{op.Text()}\" not allowed in binary scalar expression");
        if (scalars && op is BinaryOperator.TrimUpper or BinaryOperator.TrimLower)
            throw At(binary, $"operator \"{op.Text()}\" not allowed in binary scalar expression");
    }

    private static void CheckMatching(BinaryExpr binary, VectorMatching matching)
    {
        if (binary.Left.Type != PromType.InstantVector || binary.Right.Type != PromType.InstantVector)
        {
            if (matching.Labels.Count > 0 || matching.Cardinality != MatchCardinality.OneToOne || matching.On)
                throw At(binary, "vector matching only allowed between instant vectors");
        }
        if (matching.FillLeft is not null || matching.FillRight is not null)
        {
            if (binary.Left.Type != PromType.InstantVector || binary.Right.Type != PromType.InstantVector)
                throw At(binary, "filling in missing series only allowed between instant vectors");
            if (binary.Operator.IsSet())
                throw At(binary, "filling in missing series not allowed for set operators");
        }
        if (binary.Operator.IsSet() && matching.Cardinality != MatchCardinality.OneToOne)
            throw At(binary, $"no grouping allowed for \"{binary.Operator.Text()}\" operation");
        if (!matching.On)
            return;
        foreach (var label in matching.Include)
        {
            if (matching.Labels.Contains(label))
                throw AtOperator(binary, $"label \"{label}\" must not occur in ON and GROUP clause at once");
        }
    }

    private static void Expect(PromExpr expr, PromType wanted, string context)
    {
        if (expr.Type != wanted)
            throw At(expr, $"expected type {wanted.Documented()} in {context}, got {expr.Type.Documented()}");
    }

    private static PromParseException AtOperator(BinaryExpr binary, string message) => new(binary.OperatorAt, message);

    private static PromParseException At(PromExpr expr, string message) => new(expr.Span.Start, message);
}
