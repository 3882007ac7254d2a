using Shop.Postgres;

namespace Shop.Inventory;

/// <summary>Answers how much there is, and reserves it.</summary>
internal static class InventoryService
{
    public const int FullStock = 10_000;
    public const int LowStock = 1_000;

    public static void Add(WebApplicationBuilder builder, ShopDatabase? database)
    {
        if (database is null)
        {
            builder.Services.AddSingleton<IStockStore, MemoryStockStore>();
            return;
        }
        builder.Services.AddSingleton<IStockStore, PostgresStockStore>();
        builder.Services.AddHostedService<StockCount>();
    }

    public static void Map(WebApplication app)
    {
        app.MapGet("/stock/{sku}", async (string sku, IStockStore store, CancellationToken cancellation) =>
            await store.FindAsync(sku, cancellation) is { } stock ? Results.Ok(stock) : Results.NotFound());
        app.MapPost("/reservations", async (Reservation reservation, IStockStore store, CancellationToken cancellation) =>
        {
            if (reservation.Quantity is < 1 or > 100)
                return Results.Problem("quantity must be 1 to 100.", statusCode: StatusCodes.Status400BadRequest);
            return await store.ReserveAsync(reservation, cancellation)
                ? Results.Created($"/reservations/{reservation.OrderId}", reservation)
                : Results.Conflict();
        });
        app.MapDelete("/reservations/{orderId:guid}", async (Guid orderId, IStockStore store, CancellationToken cancellation) =>
        {
            await store.ReleaseAsync(orderId, cancellation);
            return Results.NoContent();
        });
    }
}
