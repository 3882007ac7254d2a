using System.Diagnostics;
using Npgsql;

namespace Shop.Postgres;

/// <summary>The shop's PostgreSQL: a connection pool whose schema is there.</summary>
internal sealed class ShopDatabase : IAsyncDisposable
{
    // Services start together; the lock keeps them from creating the tables at the same moment. Any fixed number will do.
    private const long SchemaLock = 0x73686f70;

    private const string Schema =
        """
        create table if not exists stock (sku text primary key, quantity int not null);
        create table if not exists reservations (order_id uuid primary key, sku text not null, quantity int not null);
        create table if not exists orders (id uuid primary key, sku text not null, quantity int not null, amount_cents int not null, status text not null, created_at timestamptz not null default now());
        create table if not exists outbox (id bigint generated always as identity primary key, order_id uuid not null, traceparent text, created_at timestamptz not null default now(), shipped_at timestamptz);
        create index if not exists outbox_waiting on outbox (id) where shipped_at is null;
        """;

    private ShopDatabase(NpgsqlDataSource source) => Source = source;

    public NpgsqlDataSource Source { get; }

    /// <summary>Null if there is no connection string or nothing answers it.</summary>
    public static async Task<ShopDatabase?> ConnectAsync(string? connectionString, string role)
    {
        if (string.IsNullOrWhiteSpace(connectionString))
            return null;
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { ApplicationName = "shop-" + role, Timeout = 5, CommandTimeout = 10, MaxPoolSize = 40 };
        var builder = new NpgsqlDataSourceBuilder(settings.ConnectionString);
        // Why: the worker's polling and the health checks belong to no request; as traces of their own they would bury the others.
        builder.ConfigureTracing(tracing => tracing.ConfigureCommandFilter(_ => Activity.Current is not null));
        var database = new ShopDatabase(builder.Build());
        try
        {
            await database.CreateSchemaAsync();
            return database;
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            await database.DisposeAsync();
            return null;
        }
    }

    public async Task PingAsync(CancellationToken cancellation)
    {
        await using var ping = Source.CreateCommand("select 1");
        await ping.ExecuteScalarAsync(cancellation);
    }

    public ValueTask DisposeAsync() => Source.DisposeAsync();

    private async Task CreateSchemaAsync()
    {
        await using var connection = await Source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var create = new NpgsqlCommand($"select pg_advisory_xact_lock({SchemaLock}); {Schema}", connection, transaction);
        await create.ExecuteNonQueryAsync();
        foreach (var product in Catalogue.Products)
        {
            await using var insert = new NpgsqlCommand("insert into stock (sku, quantity) values ($1, $2) on conflict do nothing", connection, transaction)
            {
                Parameters = { new() { Value = product.Sku }, new() { Value = Inventory.InventoryService.FullStock } },
            };
            await insert.ExecuteNonQueryAsync();
        }
        await transaction.CommitAsync();
    }
}
