using Npgsql;
using Shop.Orders;
using Shop.Postgres;

namespace Shop.Worker;

/// <summary>The outbox table. One worker reads it, so a row is claimed by being read; a crash before it is marked ships it again.</summary>
internal sealed class PostgresOutbox(ShopDatabase database) : IOutbox
{
    public async Task<IReadOnlyList<OutboxRow>> ClaimAsync(int max, CancellationToken cancellation)
    {
        await using var select = database.Source.CreateCommand("select id, order_id, traceparent from outbox where shipped_at is null order by id limit $1");
        select.Parameters.Add(new() { Value = max });
        await using var row = await select.ExecuteReaderAsync(cancellation);
        var rows = new List<OutboxRow>();
        while (await row.ReadAsync(cancellation))
            rows.Add(new OutboxRow(row.GetInt64(0), row.GetGuid(1), row.IsDBNull(2) ? null : row.GetString(2)));
        return rows;
    }

    public async Task ShippedAsync(OutboxRow row, CancellationToken cancellation)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancellation);
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("update orders set status = 'shipped' where id = $1") { Parameters = { new() { Value = row.OrderId } } },
                new("update outbox set shipped_at = now() where id = $1") { Parameters = { new() { Value = row.Id } } },
            },
        };
        await batch.ExecuteNonQueryAsync(cancellation);
    }
}
