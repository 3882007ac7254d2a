using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Bongsu.Query.PromQL;
using Bongsu.Response.Releases;
using Bongsu.Response.Services;
using Bongsu.Response.Triage;
using Bongsu.Server.Api.Operations;
using Bongsu.Telemetry.Labels;
using Bongsu.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace Bongsu.Server.Tests.Api.Operations;

/// <summary>The endpoints of services, releases and triage over real HTTP.</summary>
public sealed class ServiceEndpointsTests : IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private readonly MemoryStore _store = new();
    private WebApplication _app = null!;
    private HttpClient _client = null!;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Urls.Add("http://127.0.0.1:0");
        var engine = new PromQlEngine(_store, new PromQlOptions(), _time);
        var log = new ReleaseLog(new MemoryJournal(), _time);
        ServicesApi.Map(_app, new ServiceCatalog(_store, engine, log, ServiceHooks.None), _time);
        ReleasesApi.Map(_app, log, _time);
        TriageApi.Map(_app, new TriageEngine(_store, engine, log, _time), TriageWindows.Production, _time);
        await _app.StartAsync();
        _client = new HttpClient { BaseAddress = new Uri(_app.Urls.First()) };
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task A_mark_is_answered_and_listed()
    {
        var answer = await _client.PostAsJsonAsync("/bongsu/v1/releases", new { service = "orders", version = "1.4.2", commit = "9f3c21e" });
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var release = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(_time.NowMs, release.GetProperty("atMs").GetInt64());
        Assert.Equal(JsonValueKind.Null, release.GetProperty("previousVersion").ValueKind);
        var list = await _client.GetFromJsonAsync<JsonElement>("/bongsu/v1/releases?from=now-1h&service=orders");
        Assert.Equal("1.4.2", list.GetProperty("releases")[0].GetProperty("version").GetString());
        Assert.Equal(0, (await _client.GetFromJsonAsync<JsonElement>("/bongsu/v1/releases?service=other")).GetProperty("releases").GetArrayLength());
    }

    [Theory]
    [InlineData("{", "badBody")]
    [InlineData("[]", "badBody")]
    [InlineData("null", "badBody")]
    [InlineData("{\"service\":1}", "badBody")]
    [InlineData("{\"service\":\"orders\"}", "badRelease")]
    [InlineData("{\"service\":\"orders\",\"version\":\"1\",\"atMs\":-5}", "badRelease")]
    public async Task A_bad_mark_is_refused_with_a_reason(string body, string code)
    {
        var answer = await _client.PostAsync("/bongsu/v1/releases", new StringContent(body, Encoding.UTF8, "application/json"));
        await AssertErrorAsync(answer, HttpStatusCode.BadRequest, code);
    }

    [Fact]
    public async Task A_body_of_another_kind_or_size_is_refused()
    {
        await AssertErrorAsync(await _client.PostAsync("/bongsu/v1/releases", new StringContent("x=1", Encoding.UTF8, "text/plain")), HttpStatusCode.BadRequest, "badBody");
        var large = new StringContent("{\"service\":\"" + new string('x', 100_000) + "\"}", Encoding.UTF8, "application/json");
        await AssertErrorAsync(await _client.PostAsync("/bongsu/v1/releases", large), HttpStatusCode.RequestEntityTooLarge, "tooLarge");
        using var chunked = new HttpRequestMessage(HttpMethod.Post, "/bongsu/v1/releases")
        {
            Content = new StringContent("{\"service\":\"" + new string('x', 100_000) + "\"}", Encoding.UTF8, "application/json"),
            Headers = { TransferEncodingChunked = true },
        };
        await AssertErrorAsync(await _client.SendAsync(chunked), HttpStatusCode.RequestEntityTooLarge, "tooLarge");
    }

    [Theory]
    [InlineData("/bongsu/v1/services?from=tomorrow", HttpStatusCode.BadRequest, "badTime")]
    [InlineData("/bongsu/v1/services?from=now&to=now-1h", HttpStatusCode.BadRequest, "badTime")]
    [InlineData("/bongsu/v1/services/orders?step=fast", HttpStatusCode.BadRequest, "badStep")]
    [InlineData("/bongsu/v1/services/nobody", HttpStatusCode.NotFound, "noSuchService")]
    [InlineData("/bongsu/v1/triage", HttpStatusCode.BadRequest, "noService")]
    [InlineData("/bongsu/v1/triage?service=orders&kind=mood", HttpStatusCode.BadRequest, "badKind")]
    [InlineData("/bongsu/v1/releases?to=never", HttpStatusCode.BadRequest, "badTime")]
    public async Task Errors_say_what_to_change(string path, HttpStatusCode status, string code) => await AssertErrorAsync(await _client.GetAsync(path), status, code);

    [Fact]
    public async Task Services_and_triage_answer()
    {
        for (var i = 0; i <= 240; i++)
        {
            _store.Add(LabelSet.Of(("__name__", "traces_spanmetrics_calls_total"), ("service_name", "orders"), ("span_kind", "SPAN_KIND_SERVER")), (_time.NowMs - 3_600_000 + (i * 15_000), i * 150));
        }
        var list = await _client.GetFromJsonAsync<JsonElement>("/bongsu/v1/services");
        Assert.Equal("healthy", list.GetProperty("services")[0].GetProperty("state").GetString());
        Assert.Equal(10, list.GetProperty("services")[0].GetProperty("rate").GetProperty("value").GetDouble(), 6);
        var detail = await _client.GetFromJsonAsync<JsonElement>("/bongsu/v1/services/orders?step=60s");
        Assert.Equal(60_000, detail.GetProperty("stepMs").GetInt64());
        var triage = await _client.GetFromJsonAsync<JsonElement>("/bongsu/v1/triage?service=orders&kind=errors");
        Assert.Equal("noIncident", triage.GetProperty("outcome").GetString());
    }

    private static async Task AssertErrorAsync(HttpResponseMessage answer, HttpStatusCode status, string code)
    {
        Assert.Equal(status, answer.StatusCode);
        var error = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error");
        Assert.Equal(code, error.GetProperty("code").GetString());
        Assert.True(error.GetProperty("message").GetString()!.Length > 10);
    }
}
