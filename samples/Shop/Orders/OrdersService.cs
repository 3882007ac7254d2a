using System.Diagnostics;
using Shop.Payments;
using Shop.Peers;
using Shop.Postgres;
using Shop.Worker;

namespace Shop.Orders;

/// <summary>Takes orders: reserves stock, charges the card, keeps the order, and queues it for shipping.</summary>
internal static class OrdersService
{
    private static readonly ActivitySource Source = new("Shop.Orders");

    public static void Add(WebApplicationBuilder builder, ShopDatabase? database)
    {
        builder.AddPeer("inventory", "http://127.0.0.1:7004", TimeSpan.FromSeconds(5));
        builder.AddPeer("payments", "http://127.0.0.1:7003", TimeSpan.FromSeconds(5));
        builder.Services.AddSingleton(new Pricing(builder.Configuration["SHOP_VERSION"] ?? ShopServices.DefaultVersion, builder.Configuration["SHOP_BUG_SHARE"]));
        if (database is not null)
        {
            builder.Services.AddSingleton<IOrderStore, PostgresOrderStore>();
            return;
        }
        var memory = new MemoryOrderStore();
        builder.Services.AddSingleton<IOrderStore>(memory);
        builder.Services.AddSingleton<IOutbox>(memory);
    }

    public static void Map(WebApplication app)
    {
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Shop.Orders");
        var steps = new OrderSteps(
            app.Services.GetRequiredKeyedService<PeerClient>("inventory"), app.Services.GetRequiredKeyedService<PeerClient>("payments"),
            app.Services.GetRequiredService<IOrderStore>(), app.Services.GetRequiredService<Pricing>(), logger);
        app.MapPost("/orders", (OrderRequest request, CancellationToken cancellation) => steps.PlaceAsync(request, cancellation));
        app.MapGet("/orders/{id:guid}", async (Guid id, IOrderStore orders, CancellationToken cancellation) =>
            await orders.FindAsync(id, cancellation) is { } order ? Results.Ok(order) : Results.NotFound());
        if (app.Services.GetService<IOutbox>() is { } outbox)
            MapOutbox(app, outbox);
    }

    // Only without a database: with one, the worker reads the table itself.
    private static void MapOutbox(WebApplication app, IOutbox outbox)
    {
        app.MapPost("/outbox/claim", (CancellationToken cancellation) => outbox.ClaimAsync(10, cancellation));
        app.MapPost("/outbox/shipped", (OutboxRow row, CancellationToken cancellation) => outbox.ShippedAsync(row, cancellation));
    }

    private sealed class OrderSteps(PeerClient inventory, PeerClient payments, IOrderStore orders, Pricing pricing, ILogger logger)
    {
        public async Task<IResult> PlaceAsync(OrderRequest request, CancellationToken cancellation)
        {
            if (request.Quantity is < 1 or > 100 || string.IsNullOrEmpty(request.CardToken) || Catalogue.Find(request.Sku) is not { } product)
                return Results.Problem("sku, quantity 1 to 100 and cardToken are needed.", statusCode: StatusCodes.Status400BadRequest);
            var order = new Order(Guid.NewGuid(), product.Sku, request.Quantity, pricing.AmountCents(product, request.Quantity), "paid");
            var reserved = await PeerFailures.AnswerAsync(logger, "inventory", () => ReserveAsync(order, cancellation));
            if (reserved is not Microsoft.AspNetCore.Http.HttpResults.NoContent)
                return reserved;
            // Why no caller's token from here on: a charge that has begun is finished and kept, whether or not somebody still waits.
            return await PeerFailures.AnswerAsync(logger, "payments", () => ChargeAndKeepAsync(order, request.CardToken));
        }

        private async Task<IResult> ReserveAsync(Order order, CancellationToken cancellation)
        {
            using var response = await inventory.PostAsync("/reservations", new Shop.Inventory.Reservation(order.Id, order.Sku, order.Quantity), cancellation);
            PeerFailures.ThrowIfFailed(response, inventory.Name);
            return response.IsSuccessStatusCode ? Results.NoContent() : Results.Problem("Not in stock.", statusCode: StatusCodes.Status409Conflict);
        }

        private async Task<IResult> ChargeAndKeepAsync(Order order, string cardToken)
        {
            try
            {
                using var response = await payments.PostAsync("/charge", new ChargeRequest(order.Id, order.AmountCents, cardToken), CancellationToken.None);
                PeerFailures.ThrowIfFailed(response, payments.Name);
            }
            catch (Exception e) when (e is TimeoutException or HttpRequestException)
            {
                await ReleaseAsync(order);
                throw;
            }
            using var publish = Source.StartActivity("outbox publish", ActivityKind.Producer);
            publish?.SetTag("messaging.system", "outbox").SetTag("messaging.operation.name", "publish").SetTag("messaging.destination.name", "outbox");
            await orders.AddAsync(order, Activity.Current?.Id, CancellationToken.None);
            logger.LogInformation("Order {OrderId} of {Quantity} x {Sku} is paid: {AmountCents} cents", order.Id, order.Quantity, order.Sku, order.AmountCents);
            return Results.Created($"/orders/{order.Id}", order);
        }

        private async Task ReleaseAsync(Order order)
        {
            try
            {
                using var response = await inventory.DeleteAsync($"/reservations/{order.Id}", CancellationToken.None);
                PeerFailures.ThrowIfFailed(response, inventory.Name);
            }
            catch (Exception e) when (e is TimeoutException or HttpRequestException)
            {
                logger.LogWarning(e, "Reservation {OrderId} was not released", order.Id);
            }
        }
    }
}
