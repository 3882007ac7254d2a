namespace Bongsu.Query.PromQL.Syntax;

/// <summary>Which tokens are binary operators, and how tightly they bind.</summary>
internal static class PromOperators
{
    public static BinaryOperator? At(PromToken token) => token.Kind switch
    {
        PromTokenKind.Operator => token.Text switch
        {
            "+" => BinaryOperator.Add,
            "-" => BinaryOperator.Subtract,
            "*" => BinaryOperator.Multiply,
            "/" => BinaryOperator.Divide,
            "%" => BinaryOperator.Modulo,
            "^" => BinaryOperator.Power,
            "==" => BinaryOperator.Equal,
            "!=" => BinaryOperator.NotEqual,
            ">" => BinaryOperator.Greater,
            "<" => BinaryOperator.Less,
            ">=" => BinaryOperator.GreaterOrEqual,
            "<=" => BinaryOperator.LessOrEqual,
            "</" => BinaryOperator.TrimUpper,
            ">/" => BinaryOperator.TrimLower,
            _ => null,
        },
        PromTokenKind.Identifier => token.Text.ToLowerInvariant() switch
        {
            "and" => BinaryOperator.And,
            "or" => BinaryOperator.Or,
            "unless" => BinaryOperator.Unless,
            "atan2" => BinaryOperator.Atan2,
            _ => null,
        },
        _ => null,
    };

    /// <summary>1 (or) to 6 (the power).</summary>
    public static int Precedence(this BinaryOperator op) => op switch
    {
        BinaryOperator.Or => 1,
        BinaryOperator.And or BinaryOperator.Unless => 2,
        BinaryOperator.Add or BinaryOperator.Subtract => 4,
        BinaryOperator.Multiply or BinaryOperator.Divide or BinaryOperator.Modulo or BinaryOperator.Atan2 => 5,
        BinaryOperator.Power => 6,
        _ => 3,
    };
}
