using Bongsu.Query;
using Bongsu.Server.Api;

namespace Bongsu.Server.Tests.Api;

public sealed class QueryReplyTests
{
    [Theory]
    [InlineData(QueryFailureKind.BadQuery, 400)]
    [InlineData(QueryFailureKind.Execution, 422)]
    [InlineData(QueryFailureKind.Timeout, 504)]
    [InlineData(QueryFailureKind.Unsupported, 501)]
    [InlineData(QueryFailureKind.Overloaded, 503)]
    public void Each_failure_has_its_status(QueryFailureKind kind, int status) => Assert.Equal(status, QueryReply.StatusOf(new QueryFailure(kind, "why")));
}
