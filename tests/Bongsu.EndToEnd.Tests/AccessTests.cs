using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Bongsu.EndToEnd.Tests;

/// <summary>A server with tokens: nobody without one, each role what it may, on all three addresses.</summary>
public sealed class AccessTests : IAsyncLifetime
{
    private const string View = "view-secret-0123456789";
    private const string Ingest = "ingest-secret-0123456789";

    private readonly TemporaryDirectory _data = new();
    private ServerProcess _server = null!;

    public async Task InitializeAsync()
    {
        var tokens = Path.Combine(_data.Path, "tokens");
        await File.WriteAllTextAsync(tokens, $"# who may what\nann view {View}\ncollector ingest {Ingest}\n");
        _server = await ServerProcess.StartAsync(_data.Path, "--tokens-file", tokens);
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _data.Dispose();
    }

    [Theory]
    [InlineData("GET", "/api/v1/query?query=1", null, HttpStatusCode.Unauthorized)]
    [InlineData("GET", "/api/v1/query?query=1", "wrong-secret-0123456789", HttpStatusCode.Unauthorized)]
    [InlineData("GET", "/api/v1/query?query=1", View, HttpStatusCode.OK)]
    [InlineData("GET", "/api/v1/query?query=1", Ingest, HttpStatusCode.Forbidden)]
    [InlineData("POST", "/loki/api/v1/push", View, HttpStatusCode.Forbidden)]
    [InlineData("POST", "/loki/api/v1/push", Ingest, HttpStatusCode.NoContent)]
    [InlineData("POST", "/bongsu/v1/incidents", View, HttpStatusCode.Forbidden)]
    [InlineData("POST", "/-/reload", View, HttpStatusCode.Forbidden)]
    [InlineData("GET", "/livez", null, HttpStatusCode.OK)]
    [InlineData("GET", "/ready", null, HttpStatusCode.OK)]
    [InlineData("GET", "/tempo/ready", null, HttpStatusCode.OK)]
    [InlineData("GET", "/-/healthy", null, HttpStatusCode.OK)]
    [InlineData("GET", "/bongsu/v1/session", null, HttpStatusCode.OK)]
    public async Task WebPathsNeedTheirRole(string method, string path, string? token, HttpStatusCode status) =>
        Assert.Equal(status, await SendAsync(method, _server.Web + path, token, "application/json", "{\"streams\":[]}"));

    [Theory]
    [InlineData(null, HttpStatusCode.Unauthorized)]
    [InlineData(View, HttpStatusCode.Forbidden)]
    [InlineData(Ingest, HttpStatusCode.OK)]
    public async Task OtlpNeedsTheIngestRole(string? token, HttpStatusCode status) =>
        Assert.Equal(status, await SendAsync("POST", _server.OtlpHttp + "/v1/traces", token, "application/json", "{}"));

    [Fact]
    public async Task GrpcAnswersUnauthenticatedInItsOwnWay()
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, _server.OtlpGrpc + "/opentelemetry.proto.collector.trace.v1.TraceService/Export")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(new byte[5]),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        using var response = await http.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("16", response.Headers.GetValues("grpc-status").Single());
    }

    [Fact]
    public async Task ABrowserLogsInByTokenAndStaysIn()
    {
        using var handler = new HttpClientHandler { CookieContainer = new CookieContainer() };
        using var http = new HttpClient(handler);
        using var refused = await http.PostAsync(_server.Web + "/bongsu/v1/session", Json("{\"token\":\"wrong-secret-0123456789\"}"));
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        using var accepted = await http.PostAsync(_server.Web + "/bongsu/v1/session", Json($"{{\"token\":\"{View}\"}}"));
        Assert.Equal(HttpStatusCode.OK, accepted.StatusCode);
        Assert.Contains("httponly", accepted.Headers.GetValues("Set-Cookie").Single(), StringComparison.OrdinalIgnoreCase);
        using var now = await http.GetAsync(_server.Web + "/bongsu/v1/now");
        Assert.Equal(HttpStatusCode.OK, now.StatusCode);
    }

    private static async Task<HttpStatusCode> SendAsync(string method, string url, string? token, string contentType, string body)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(new HttpMethod(method), url);
        if (method == "POST")
            request.Content = new StringContent(body, Encoding.UTF8, contentType);
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await http.SendAsync(request);
        return response.StatusCode;
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");
}
