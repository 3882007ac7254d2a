namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>Carries a failure out of the evaluation; the engine turns it into a value. Never leaves <see cref="PromQlEngine"/>.</summary>
internal sealed class PromEvaluationException(QueryFailureKind kind, string message) : Exception(message)
{
    public QueryFailureKind Kind { get; } = kind;
}
