using Bongsu.Server.Access;
using Bongsu.Testing;
using Microsoft.AspNetCore.Http;

namespace Bongsu.Server.Tests.Access;

public sealed class AccessMiddlewareTests
{
    private const string Secret = "a-long-enough-secret";

    [Theory]
    [InlineData("127.0.0.1:4380", null, "POST", 200)]
    [InlineData("localhost:4380", null, "GET", 200)]
    [InlineData("[::1]:4380", "http://[::1]:4380", "POST", 200)]
    [InlineData("ops.example", "http://ops.example", "POST", 200)]
    [InlineData("evil.example", null, "GET", 403)]
    [InlineData("evil.example:4380", "http://evil.example:4380", "POST", 403)]
    [InlineData("127.0.0.1:4380", "https://evil.example", "POST", 403)]
    [InlineData("127.0.0.1:4380", "null", "POST", 403)]
    public async Task OtherSitesCannotActThroughTheBrowser(string host, string? origin, string method, int status)
    {
        var context = Context(method, "/bongsu/v1/incidents", host);
        if (origin is not null)
            context.Request.Headers.Origin = origin;
        await Middleware().InvokeAsync(context);
        Assert.Equal(status, context.Response.StatusCode);
    }

    [Theory]
    [InlineData(null, 401)]
    [InlineData("Bearer " + Secret, 403)]
    public async Task WithTokensARoleIsNeeded(string? authorization, int status)
    {
        var context = Context("POST", "/bongsu/v1/incidents", "ops.example");
        if (authorization is not null)
            context.Request.Headers.Authorization = authorization;
        await Middleware(AccessToken.OfSecret("ann", Role.View, Secret)).InvokeAsync(context);
        Assert.Equal(status, context.Response.StatusCode);
    }

    [Fact]
    public async Task TheActorStandsBesideTheRequest()
    {
        var context = Context("GET", "/bongsu/v1/now", "ops.example");
        context.Request.Headers.Authorization = "Bearer " + Secret;
        await Middleware(AccessToken.OfSecret("ann", Role.View, Secret)).InvokeAsync(context);
        Assert.Equal(200, context.Response.StatusCode);
        Assert.Equal("ann", context.Items[AccessMiddleware.ActorItem]);
    }

    private static AccessMiddleware Middleware(params AccessToken[] tokens) =>
        new(_ => Task.CompletedTask, new AccessControl(tokens, new byte[32], new ManualTime()), "ops.example");

    private static DefaultHttpContext Context(string method, string path, string host)
    {
        var context = new DefaultHttpContext();
        context.Request.Method = method;
        context.Request.Path = path;
        context.Request.Host = new HostString(host);
        context.Response.Body = new MemoryStream();
        return context;
    }
}
