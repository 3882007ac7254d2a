namespace Bongsu.Query.PromQL.Syntax;

public enum DurationOperator : byte
{
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Power,
    Step,
    Range,
    MinOf,
    MaxOf,
}
