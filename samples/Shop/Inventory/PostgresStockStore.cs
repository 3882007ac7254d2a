using Npgsql;
using Shop.Postgres;

namespace Shop.Inventory;

/// <summary>Stock in PostgreSQL; a reservation locks its product's row until it is kept.</summary>
internal sealed class PostgresStockStore(ShopDatabase database) : IStockStore
{
    public async Task<Stock?> FindAsync(string sku, CancellationToken cancellation)
    {
        await using var select = database.Source.CreateCommand("select quantity from stock where sku = $1");
        select.Parameters.Add(new() { Value = sku });
        return await select.ExecuteScalarAsync(cancellation) is int quantity ? new Stock(sku, quantity) : null;
    }

    public async Task<bool> ReserveAsync(Reservation reservation, CancellationToken cancellation)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var quantity = await LockAsync(connection, transaction, reservation.Sku, cancellation);
        if (quantity is null || quantity < reservation.Quantity)
            return false;
        var left = quantity.Value - reservation.Quantity;
        await using var update = new NpgsqlCommand("update stock set quantity = $2 where sku = $1", connection, transaction)
        {
            Parameters = { new() { Value = reservation.Sku }, new() { Value = left < InventoryService.LowStock ? left + InventoryService.FullStock : left } },
        };
        await update.ExecuteNonQueryAsync(cancellation);
        await using var insert = new NpgsqlCommand("insert into reservations (order_id, sku, quantity) values ($1, $2, $3)", connection, transaction)
        {
            Parameters = { new() { Value = reservation.OrderId }, new() { Value = reservation.Sku }, new() { Value = reservation.Quantity } },
        };
        await insert.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return true;
    }

    public async Task ReleaseAsync(Guid orderId, CancellationToken cancellation)
    {
        await using var release = database.Source.CreateCommand(
            """
            with released as (delete from reservations where order_id = $1 returning sku, quantity)
            update stock set quantity = stock.quantity + released.quantity from released where stock.sku = released.sku
            """);
        release.Parameters.Add(new() { Value = orderId });
        await release.ExecuteNonQueryAsync(cancellation);
    }

    private static async Task<int?> LockAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, string sku, CancellationToken cancellation)
    {
        await using var select = new NpgsqlCommand("select quantity from stock where sku = $1 for update", connection, transaction)
        {
            Parameters = { new() { Value = sku } },
        };
        return await select.ExecuteScalarAsync(cancellation) as int?;
    }
}
