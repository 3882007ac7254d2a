using System.Diagnostics;
using System.Text.Json;

namespace Bongsu.EndToEnd.Tests;

/// <summary>
/// The whole loop as a user sees it: five healthy services, a fault, an alert, an incident that names the cause with evidence, a webhook, recovery; and
/// a kill of the server in between, which forgets nothing.
/// </summary>
public sealed class DemoTests
{
    // The promise is 90 seconds; what is asserted leaves room for a busy machine, what was measured is printed.
    private const int FaultPatienceSeconds = 240;

    [Fact]
    public async Task PaymentsSlowIsFoundExplainedAndResolved()
    {
        await using var demo = await DemoProcess.StartAsync();
        await ServerProcess.UntilAsync(() => HealthyServicesAsync(demo), "five healthy services with rates", 120);
        // Triage compares with before: it needs some healthy time, as it would have in life.
        await Task.Delay(TimeSpan.FromSeconds(60));
        var clock = Stopwatch.StartNew();
        await demo.SwitchAsync("on", "payments-slow");

        var incident = await ServerProcess.UntilAsync(() => IncidentNamingAsync(demo, "payments"), "an incident that names payments", FaultPatienceSeconds);
        Console.WriteLine($"payments-slow: incident with its cause after {clock.Elapsed.TotalSeconds:0} s (promise: 90 s)");
        var id = incident.GetProperty("id").GetString()!;
        await EvidenceRunsAgainAsync(demo, await demo.GetJsonAsync($"/bongsu/v1/incidents/{id}"));
        await PageShowsItAsync(demo, "payments");
        await ServerProcess.UntilAsync(() => Task.FromResult(Webhook(demo).Contains("\"firing\"") ? "sent" : null), "the webhook", 60);

        Process.GetProcessById(demo.ServerId()).Kill();
        var after = await ServerProcess.UntilAsync(() => TryGetAsync(demo, $"/bongsu/v1/incidents/{id}"), "the incident after kill -9 and restart", 60);
        Assert.Equal(incident.GetProperty("openedMs").GetInt64(), after.GetProperty("openedMs").GetInt64());
        var pages = Webhook(demo).Split('\n').Count(l => l.Contains("\"firing\""));

        await demo.SwitchAsync("off", "payments-slow");
        var resolved = await ServerProcess.UntilAsync(async () =>
            await TryGetAsync(demo, $"/bongsu/v1/incidents/{id}") is { } now && now.GetProperty("status").GetString() == "resolved" ? now : null, "the incident resolved", FaultPatienceSeconds);
        Assert.Contains("resolved", resolved.GetProperty("timeline").EnumerateArray().Select(e => e.GetProperty("kind").GetString()));
        Assert.True(pages <= 4, $"paged {pages} times for one fault");
    }

    // JsonElement is a struct; the waiting needs something that can be null.
    private sealed record Found(JsonElement Json)
    {
        public JsonElement GetProperty(string name) => Json.GetProperty(name);
    }

    private static async Task<Found?> HealthyServicesAsync(DemoProcess demo)
    {
        var services = (await demo.GetJsonAsync("/bongsu/v1/services")).GetProperty("services").EnumerateArray().ToList();
        string[] names = ["gateway", "orders", "payments", "inventory", "worker"];
        var healthy = services.Where(s => s.GetProperty("state").GetString() == "healthy" && s.GetProperty("rate").GetProperty("value").ValueKind == JsonValueKind.Number)
            .Select(s => s.GetProperty("name").GetString()).ToHashSet();
        return names.All(n => healthy.Contains(n)) ? new Found(services[0]) : null;
    }

    private static async Task<Found?> IncidentNamingAsync(DemoProcess demo, string service)
    {
        var incidents = (await demo.GetJsonAsync("/bongsu/v1/incidents?status=open")).GetProperty("incidents");
        foreach (var incident in incidents.EnumerateArray())
        {
            if (incident.GetProperty("cause") is { ValueKind: JsonValueKind.Object } cause && cause.GetProperty("service").GetString() == service)
                return new Found(incident);
        }
        return null;
    }

    private static async Task EvidenceRunsAgainAsync(DemoProcess demo, JsonElement incident)
    {
        var evidence = incident.GetProperty("triage").GetProperty("evidence").EnumerateArray().ToList();
        Assert.NotEmpty(evidence);
        foreach (var item in evidence.Where(e => e.GetProperty("language").GetString() == "promql"))
        {
            var at = item.GetProperty("toMs").GetInt64() / 1000.0;
            var answer = await demo.GetJsonAsync(FormattableString.Invariant($"/api/v1/query?time={at}&query={Uri.EscapeDataString(item.GetProperty("query").GetString()!)}"));
            Assert.Equal("success", answer.GetProperty("status").GetString());
        }
    }

    /// <summary>The same as a person sees it, in Debian's Chromium.</summary>
    private static async Task PageShowsItAsync(DemoProcess demo, string cause)
    {
        var script = Path.Combine(Checkout.Root, "web", "browser", "demo.mjs");
        if (!File.Exists("/usr/bin/chromium") || !Directory.Exists(Path.Combine(Checkout.Root, "web", "node_modules")))
        {
            Console.WriteLine("SKIPPED the browser: it needs /usr/bin/chromium (Debian package chromium) and `npm ci` in web/.");
            return;
        }
        using var browser = Process.Start(new ProcessStartInfo("node", [script, "--base", demo.Web, "--expect-cause", cause]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var said = await browser.StandardOutput.ReadToEndAsync() + await browser.StandardError.ReadToEndAsync();
        await browser.WaitForExitAsync();
        Console.WriteLine(said);
        Assert.True(browser.ExitCode == 0, said);
    }

    private static async Task<Found?> TryGetAsync(DemoProcess demo, string path)
    {
        try
        {
            return new Found(await demo.GetJsonAsync(path));
        }
        catch (HttpRequestException)
        {
            return null; // Being restarted.
        }
    }

    private static string Webhook(DemoProcess demo)
    {
        var file = Path.Combine(demo.Directory, "webhook.jsonl");
        return File.Exists(file) ? File.ReadAllText(file) : "";
    }
}
