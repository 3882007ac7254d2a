using System.Text.Json;

namespace Bongsu.Server.Demo;

/// <summary>The demo's own little server on a free loopback port: switches faults, and takes the notifications that would wake somebody.</summary>
internal sealed class DemoControl : IAsyncDisposable
{
    private readonly WebApplication _app;

    private DemoControl(WebApplication app, string url)
    {
        _app = app;
        Url = url;
    }

    public string Url { get; }

    public string WebhookUrl => Url + "/webhook";

    public static async Task<DemoControl> StartAsync(DemoShop shop, DemoPaths paths)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapGet("/faults", () => shop.Faults());
        app.MapPost("/faults/{name}", async (string name, FaultSwitch wanted, CancellationToken cancellationToken) =>
        {
            var (done, sentence) = await shop.SwitchAsync(name, wanted.On, cancellationToken);
            return Results.Text(sentence, statusCode: done ? 200 : 400);
        });
        app.MapPost("/webhook", async (HttpRequest request, CancellationToken cancellationToken) =>
        {
            var message = await JsonDocument.ParseAsync(request.Body, cancellationToken: cancellationToken);
            await File.AppendAllTextAsync(Path.Combine(paths.Root, "webhook.jsonl"), JsonSerializer.Serialize(message) + "\n", cancellationToken);
            Console.WriteLine($"webhook: {Sentence(message.RootElement)}");
        });
        await app.StartAsync();
        return new DemoControl(app, app.Urls.First());
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static string Sentence(JsonElement message)
    {
        var status = message.TryGetProperty("status", out var s) ? s.GetString() : "?";
        var alerts = message.TryGetProperty("alerts", out var list) ? list.EnumerateArray() : default;
        var names = alerts.Select(a => a.GetProperty("labels").GetProperty("alertname").GetString()).Distinct();
        return $"{status}: {string.Join(", ", names)}";
    }
}
