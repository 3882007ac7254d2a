using System.Data.Common;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace Bongsu.AspNetCore.Tests.Errors;

public sealed class ErrorClassifierTests
{
    public static TheoryData<Exception, string> Exceptions => new()
    {
        { new InvalidOperationException(), ErrorClasses.Bug },
        { new NullReferenceException(), ErrorClasses.Bug },
        { new TimeoutException(), ErrorClasses.DependencyTimeout },
        { new TaskCanceledException("", new TimeoutException()), ErrorClasses.DependencyTimeout },
        { new OperationCanceledException(), ErrorClasses.Cancelled },
        { new HttpRequestException(), ErrorClasses.DependencyError },
        { new HttpRequestException("", null, HttpStatusCode.GatewayTimeout), ErrorClasses.DependencyTimeout },
        { new InvalidOperationException("", new SocketException()), ErrorClasses.DependencyError },
        { new BadHttpRequestException("", 413), ErrorClasses.Validation },
        { new UnauthorizedAccessException(), ErrorClasses.Auth },
        { new Db("40P01"), ErrorClasses.DbDeadlock },
        { new Db("40001"), ErrorClasses.DbDeadlock },
        { new Db("55P03"), ErrorClasses.DbDeadlock },
        { new Db("57014"), ErrorClasses.DependencyTimeout },
        { new Db("23505"), ErrorClasses.Bug },
        { new Db("42601"), ErrorClasses.Bug },
        { new Db("08006"), ErrorClasses.DependencyError },
        { new Db(null), ErrorClasses.DependencyError },
        { new Db(null, new TimeoutException()), ErrorClasses.DependencyTimeout },
    };

    [Theory]
    [MemberData(nameof(Exceptions))]
    public void Exceptions_have_a_class(Exception exception, string expected) => Assert.Equal(expected, ErrorClassifier.Classify(exception));

    [Theory]
    [InlineData(200, null)]
    [InlineData(304, null)]
    [InlineData(400, ErrorClasses.Validation)]
    [InlineData(401, ErrorClasses.Auth)]
    [InlineData(403, ErrorClasses.Auth)]
    [InlineData(429, ErrorClasses.RateLimited)]
    [InlineData(499, ErrorClasses.Cancelled)]
    [InlineData(500, ErrorClasses.Bug)]
    [InlineData(502, ErrorClasses.DependencyError)]
    [InlineData(504, ErrorClasses.DependencyTimeout)]
    public void Statuses_have_a_class(int status, string? expected) => Assert.Equal(expected, ErrorClassifier.Classify(status));

    private sealed class Db(string? sqlState, Exception? inner = null) : DbException("", inner)
    {
        public override string? SqlState => sqlState;
    }
}
