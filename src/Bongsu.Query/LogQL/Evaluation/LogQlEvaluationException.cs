namespace Bongsu.Query.LogQL.Evaluation;

/// <summary>Ends an evaluation that cannot go on (a limit, a time-out, an error label nobody handles); the engine turns it into a <see cref="QueryFailure"/>.</summary>
internal sealed class LogQlEvaluationException(QueryFailureKind kind, string message) : Exception(message)
{
    public QueryFailureKind Kind { get; } = kind;
}
