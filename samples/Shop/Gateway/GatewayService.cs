using System.Diagnostics.Metrics;
using System.Net;
using Shop.Faults;
using Shop.Orders;
using Shop.Peers;

namespace Shop.Gateway;

/// <summary>The shop's front door: products, checkout, orders.</summary>
internal static class GatewayService
{
    private static readonly Meter Meter = new("Shop.Gateway");
    private static readonly Counter<long> Checkouts = Meter.CreateCounter<long>("shop.checkouts", "{checkout}", "Checkouts by outcome.");

    public static void Add(WebApplicationBuilder builder)
    {
        builder.AddPeer("orders", "http://127.0.0.1:7002", TimeSpan.FromSeconds(2));
        builder.AddPeer("inventory", "http://127.0.0.1:7004", TimeSpan.FromSeconds(1));
    }

    public static void Map(WebApplication app)
    {
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Shop.Gateway");
        var orders = app.Services.GetRequiredKeyedService<PeerClient>("orders");
        var inventory = app.Services.GetRequiredKeyedService<PeerClient>("inventory");
        app.MapGet("/products", () => Results.Ok(Catalogue.Products));
        app.MapGet("/products/{id}", (string id, CancellationToken cancellation) =>
            PeerFailures.AnswerAsync(logger, "inventory", () => Product(inventory, id, cancellation)));
        app.MapPost("/checkout", (OrderRequest order, CancellationToken cancellation) =>
            PeerFailures.AnswerAsync(logger, "orders", () => Checkout(orders, order, cancellation)));
        app.MapGet("/orders/{id:guid}", (Guid id, CancellationToken cancellation) =>
            PeerFailures.AnswerAsync(logger, "orders", () => Order(orders, id, cancellation)));
        MapUpstreams(app, orders.Upstreams);
    }

    private static async Task<IResult> Product(PeerClient inventory, string id, CancellationToken cancellation)
    {
        if (Catalogue.Find(id) is not { } product)
            return Results.NotFound();
        using var response = await inventory.GetAsync("/stock/" + Uri.EscapeDataString(id), cancellation);
        PeerFailures.ThrowIfFailed(response, inventory.Name);
        var stock = await response.Content.ReadFromJsonAsync<Shop.Inventory.Stock>(cancellation);
        return Results.Ok(new { product.Sku, product.Name, product.PriceCents, InStock = stock?.Quantity ?? 0 });
    }

    private static async Task<IResult> Checkout(PeerClient orders, OrderRequest order, CancellationToken cancellation)
    {
        var outcome = "failed";
        try
        {
            using var response = await orders.PostAsync("/orders", order, cancellation);
            PeerFailures.ThrowIfFailed(response, orders.Name);
            outcome = response.IsSuccessStatusCode ? "paid" : "refused";
            return await PassOn(response, cancellation);
        }
        finally
        {
            Checkouts.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
        }
    }

    private static async Task<IResult> Order(PeerClient orders, Guid id, CancellationToken cancellation)
    {
        using var response = await orders.GetAsync($"/orders/{id}", cancellation);
        PeerFailures.ThrowIfFailed(response, orders.Name);
        return response.StatusCode == HttpStatusCode.NotFound ? Results.NotFound() : await PassOn(response, cancellation);
    }

    private static async Task<IResult> PassOn(HttpResponseMessage response, CancellationToken cancellation) =>
        Results.Text(await response.Content.ReadAsStringAsync(cancellation), response.Content.Headers.ContentType?.ToString(), null, (int)response.StatusCode);

    private static void MapUpstreams(WebApplication app, Upstreams orders)
    {
        var admin = app.MapAdmin();
        admin.MapGet("/upstreams/orders", () => Results.Ok(orders.Addresses));
        admin.MapPost("/upstreams/orders", (UpstreamSwitch wanted) =>
        {
            if (!Uri.TryCreate(wanted.Url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
                return Results.Problem("url must be an http address.", statusCode: StatusCodes.Status400BadRequest);
            if (wanted.On)
                orders.Add(address);
            else
                orders.Remove(address);
            return Results.Ok(orders.Addresses);
        });
    }

    private sealed record UpstreamSwitch(string Url, bool On);
}
