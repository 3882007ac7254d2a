using Bongsu.Query;

namespace Bongsu.Server.Api.Jaeger;

/// <summary>A query of the store that gave no answer; becomes the reply that says why.</summary>
internal sealed class JaegerFailureException(QueryFailure failure) : Exception(failure.Message)
{
    public QueryFailure Failure { get; } = failure;
}
