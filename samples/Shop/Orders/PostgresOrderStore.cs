using Npgsql;
using Shop.Postgres;

namespace Shop.Orders;

/// <summary>Orders in PostgreSQL; order and outbox row are one transaction.</summary>
internal sealed class PostgresOrderStore(ShopDatabase database) : IOrderStore
{
    public async Task AddAsync(Order order, string? traceParent, CancellationToken cancellation)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var insert = new NpgsqlCommand(
            "insert into orders (id, sku, quantity, amount_cents, status) values ($1, $2, $3, $4, $5)", connection, transaction)
        {
            Parameters = { new() { Value = order.Id }, new() { Value = order.Sku }, new() { Value = order.Quantity }, new() { Value = order.AmountCents }, new() { Value = order.Status } },
        };
        await insert.ExecuteNonQueryAsync(cancellation);
        await using var outbox = new NpgsqlCommand("insert into outbox (order_id, traceparent) values ($1, $2)", connection, transaction)
        {
            Parameters = { new() { Value = order.Id }, new() { Value = (object?)traceParent ?? DBNull.Value } },
        };
        await outbox.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
    }

    public async Task<Order?> FindAsync(Guid id, CancellationToken cancellation)
    {
        await using var select = database.Source.CreateCommand("select sku, quantity, amount_cents, status from orders where id = $1");
        select.Parameters.Add(new() { Value = id });
        await using var row = await select.ExecuteReaderAsync(cancellation);
        return await row.ReadAsync(cancellation) ? new Order(id, row.GetString(0), row.GetInt32(1), row.GetInt32(2), row.GetString(3)) : null;
    }
}
