using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Bongsu.Query.PromQL;
using Bongsu.Response;
using Bongsu.Server.Api.Operations;
using Bongsu.Telemetry.Labels;
using Bongsu.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Logging;

namespace Bongsu.Server.Tests.Api.Operations;

/// <summary>Objectives, alerts, incidents and runbooks over HTTP, of a whole Response over a memory store.</summary>
public sealed class IncidentEndpointsTests : IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private readonly MemoryStore _store = new();
    private readonly string _directory = Directory.CreateTempSubdirectory("bongsu-operations-").FullName;
    private ResponseRuntime _response = null!;
    private WebApplication _app = null!;
    private HttpClient _client = null!;

    public async Task InitializeAsync()
    {
        Write("slos/shop.yaml", """
            slos:
              - service: payments
                name: availability
                objective: 99.9
                runbook: payments-down
                sli: {availability: {}}
            """);
        Write("runbooks/payments-down.md", "# Payments are down\n\nAsk the bank <script>alert(1)</script>.\n");
        var engine = new PromQlEngine(_store, new PromQlOptions(), _time);
        _response = new ResponseRuntime(_store, engine, new MemoryJournal(), ResponseOptions.Demo(_directory, () => "http://bongsu.test"), _time);
        Requests(0, 1000);
        _time.Advance(TimeSpan.FromSeconds(30));
        Requests(200, 1000);
        await _response.LoadAsync(default);
        _response.Start();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseTestServer();
        _app = builder.Build();
        SlosApi.Map(_app, _response, _time);
        AlertsApi.Map(_app, _response);
        IncidentsApi.Map(_app, _response);
        RunbooksApi.Map(_app, _response);
        await _app.StartAsync();
        _client = _app.GetTestClient();
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
        await _response.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Objectives_are_listed_and_shown_with_their_burn()
    {
        var list = await GetAsync("/bongsu/v1/slos");
        var slo = Assert.Single(list.GetProperty("slos").EnumerateArray().ToList());
        Assert.Equal(("payments.availability", 0.999, "availability"),
            (slo.GetProperty("id").GetString(), slo.GetProperty("objective").GetDouble(), slo.GetProperty("kind").GetString()));
        Assert.Equal(0, list.GetProperty("problems").GetArrayLength());
        Assert.Equal(4, slo.GetProperty("windows").GetArrayLength());
        var detail = await GetAsync("/bongsu/v1/slos/payments.availability?from=now-5m&to=now");
        Assert.Equal(2, detail.GetProperty("burn").GetArrayLength());
        Assert.True(detail.GetProperty("sliSeries").GetProperty("times").GetArrayLength() > 1);
        await AssertErrorAsync(await _client.GetAsync("/bongsu/v1/slos/none"), HttpStatusCode.NotFound, "notFound");
        await AssertErrorAsync(await _client.GetAsync("/bongsu/v1/slos/payments.availability?from=yesterdayish"), HttpStatusCode.BadRequest, "badTime");
    }

    [Fact]
    public async Task Alerts_can_be_asked_for_by_state()
    {
        foreach (var state in new[] { "", "?state=all", "?state=pending", "?state=firing", "?state=resolved" })
            Assert.Equal(JsonValueKind.Array, (await GetAsync("/bongsu/v1/alerts" + state)).GetProperty("alerts").ValueKind);
        await AssertErrorAsync(await _client.GetAsync("/bongsu/v1/alerts?state=loud"), HttpStatusCode.BadRequest, "badState");
        await AssertErrorAsync(await _client.GetAsync("/bongsu/v1/alerts/none"), HttpStatusCode.NotFound, "notFound");
    }

    [Fact]
    public async Task Runbooks_are_text_in_json()
    {
        Assert.Contains((await GetAsync("/bongsu/v1/runbooks")).GetProperty("runbooks").EnumerateArray(), r => r.GetProperty("title").GetString() == "Payments are down");
        var answer = await _client.GetAsync("/bongsu/v1/runbooks/payments-down");
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.MediaType);
        Assert.Contains("<script>", (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("markdown").GetString(), StringComparison.Ordinal);
        await AssertErrorAsync(await _client.GetAsync("/bongsu/v1/runbooks/none"), HttpStatusCode.NotFound, "notFound");
    }

    [Fact]
    public async Task An_incident_is_opened_worked_on_and_closed_by_hand()
    {
        var opened = await PostAsync("/bongsu/v1/incidents", """{"title":"Search is slow","severity":3,"services":["search"]}""");
        var id = opened.GetProperty("id").GetString();
        Assert.Equal(("Search is slow", 3, "anonymous"),
            (opened.GetProperty("title").GetString(), opened.GetProperty("severity").GetInt32(), opened.GetProperty("openedBy").GetString()));
        var path = $"/bongsu/v1/incidents/{id}";
        Assert.Equal(_time.NowMs, (await PostAsync(path + "/ack", "")).GetProperty("acknowledgedMs").GetInt64());
        Assert.Equal("Rolling back", Last(await PostAsync(path + "/notes", """{"text":" Rolling back "}""")).GetProperty("text").GetString());
        Assert.Equal("identified", (await PostAsync(path + "/status", """{"status":"identified"}""")).GetProperty("status").GetString());
        Assert.Equal(2, (await PostAsync(path + "/severity", """{"severity":2,"why":"customers cannot pay"}""")).GetProperty("severity").GetInt32());
        Assert.Equal("Minji Kim", (await PostAsync(path + "/roles", """{"role":"commander","name":"Minji Kim"}""")).GetProperty("roles").GetProperty("commander").GetString());
        var promised = _time.NowMs + 600_000;
        Assert.Equal(promised, (await PostAsync(path + "/next-update", $$"""{"atMs":{{promised}}}""")).GetProperty("nextUpdateMs").GetInt64());
        Assert.Equal("dontKnow", (await PostAsync(path + "/triage", "{}")).GetProperty("triage").GetProperty("outcome").GetString());
        Assert.Contains(Ids(await GetAsync("/bongsu/v1/incidents?status=open")), i => i == id);
        Assert.Equal("resolved", (await PostAsync(path + "/status", """{"status":"resolved"}""")).GetProperty("status").GetString());
        Assert.DoesNotContain(Ids(await GetAsync("/bongsu/v1/incidents?status=open")), i => i == id);
        Assert.Contains(Ids(await GetAsync("/bongsu/v1/incidents")), i => i == id);
    }

    [Theory]
    [InlineData("", """{"severity":3}""", "badTitle")]
    [InlineData("", """{"title":"x","severity":5}""", "badSeverity")]
    [InlineData("", """{"title":"x","severity":3,"services":[""]}""", "badServices")]
    [InlineData("", """{"title":["x"]}""", "badBody")]
    [InlineData("/notes", """{"text":"  "}""", "badText")]
    [InlineData("/notes", "{", "badBody")]
    [InlineData("/notes", "[]", "badBody")]
    [InlineData("/status", """{"status":"fine"}""", "badStatus")]
    [InlineData("/status", """{"status":"1"}""", "badStatus")]
    [InlineData("/status", "", "badStatus")]
    [InlineData("/severity", """{"severity":0}""", "badSeverity")]
    [InlineData("/severity", """{"severity":"high"}""", "badBody")]
    [InlineData("/roles", """{"role":"boss","name":"x"}""", "badRole")]
    [InlineData("/roles", """{"role":"scribe","name":""}""", "badName")]
    [InlineData("/next-update", """{"atMs":1}""", "badTime")]
    [InlineData("/next-update", "{}", "badTime")]
    public async Task What_cannot_be_done_is_refused_with_a_reason(string action, string body, string code)
    {
        var id = (await PostAsync("/bongsu/v1/incidents", """{"title":"x","severity":3,"services":["search"]}""")).GetProperty("id").GetString();
        var path = action.Length == 0 ? "/bongsu/v1/incidents" : $"/bongsu/v1/incidents/{id}{action}";
        var before = await GetAsync($"/bongsu/v1/incidents/{id}");
        await AssertErrorAsync(await _client.PostAsync(path, Body(body)), HttpStatusCode.BadRequest, code);
        Assert.Equal(before.GetProperty("timeline").GetRawText(), (await GetAsync($"/bongsu/v1/incidents/{id}")).GetProperty("timeline").GetRawText());
    }

    [Theory]
    [InlineData("ack", "{}")]
    [InlineData("triage", "{}")]
    [InlineData("notes", """{"text":"x"}""")]
    [InlineData("status", """{"status":"resolved"}""")]
    [InlineData("severity", """{"severity":2}""")]
    [InlineData("roles", """{"role":"scribe","name":"x"}""")]
    public async Task No_incident_no_action(string action, string body) =>
        await AssertErrorAsync(await _client.PostAsync($"/bongsu/v1/incidents/INC-99/{action}", Body(body)), HttpStatusCode.NotFound, "notFound");

    [Fact]
    public async Task A_body_that_is_too_large_is_refused()
    {
        var answer = await _client.PostAsync("/bongsu/v1/incidents/INC-1/notes", Body($$"""{"text":"{{new string('x', 70_000)}}"}"""));
        await AssertErrorAsync(answer, HttpStatusCode.RequestEntityTooLarge, "tooLarge");
    }

    [Fact]
    public async Task An_incident_without_services_has_nothing_to_look_at()
    {
        var id = (await PostAsync("/bongsu/v1/incidents", """{"title":"x","severity":3}""")).GetProperty("id").GetString();
        await AssertErrorAsync(await _client.PostAsync($"/bongsu/v1/incidents/{id}/triage", Body("")), HttpStatusCode.BadRequest, "noService");
        await AssertErrorAsync(await _client.GetAsync("/bongsu/v1/incidents?status=half"), HttpStatusCode.BadRequest, "badStatus");
        await AssertErrorAsync(await _client.GetAsync("/bongsu/v1/incidents/INC-99"), HttpStatusCode.NotFound, "notFound");
    }

    private void Write(string file, string text)
    {
        var path = Path.Combine(_directory, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private void Requests(double good, double more) => _store.Add(
        LabelSet.Of(("__name__", "http_server_request_duration_seconds_count"), ("service_name", "payments"), ("http_response_status_code", "200")), (_time.NowMs, good + more));

    private async Task<JsonElement> GetAsync(string path) => await _client.GetFromJsonAsync<JsonElement>(path);

    private async Task<JsonElement> PostAsync(string path, string body)
    {
        var answer = await _client.PostAsync(path, Body(body));
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement;
    }

    private static StringContent Body(string text) => new(text, Encoding.UTF8, "application/json");

    private static JsonElement Last(JsonElement incident) => incident.GetProperty("timeline").EnumerateArray().Last();

    private static IEnumerable<string?> Ids(JsonElement list) => list.GetProperty("incidents").EnumerateArray().Select(i => i.GetProperty("id").GetString());

    private static async Task AssertErrorAsync(HttpResponseMessage answer, HttpStatusCode status, string code)
    {
        Assert.Equal(status, answer.StatusCode);
        var error = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error");
        Assert.Equal(code, error.GetProperty("code").GetString());
        Assert.False(string.IsNullOrWhiteSpace(error.GetProperty("message").GetString()));
    }
}
