using Npgsql;
using Shop.Faults;
using Shop.Postgres;

namespace Shop.Inventory;

/// <summary>The fault <c>db-lock</c>: a stock count that locks the popular products' rows, counts for seconds, lets go, and begins again.</summary>
internal sealed class StockCount(ShopDatabase database, FaultSwitches faults, TimeProvider time, ILogger<StockCount> logger) : BackgroundService
{
    // Longer than the gateway's 2 s, so that checkouts of locked products fail; the pause lets those that wait through.
    private static readonly TimeSpan Counting = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (faults.IsOn(ShopFaults.DbLock))
                    await CountAsync(stoppingToken);
                await Task.Delay(Pause, time, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (NpgsqlException e)
            {
                logger.LogWarning(e, "Stock count failed");
                await Task.Delay(Counting, time, stoppingToken);
            }
        }
    }

    private async Task CountAsync(CancellationToken cancellation)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var count = new NpgsqlCommand("select sku, quantity from stock where sku = any($1) order by sku for update", connection, transaction)
        {
            Parameters = { new() { Value = Catalogue.PopularSkus.ToArray() } },
        };
        await count.ExecuteNonQueryAsync(cancellation);
        logger.LogInformation("Stock count holds {Rows} rows", Catalogue.PopularSkus.Count);
        for (var held = TimeSpan.Zero; held < Counting && faults.IsOn(ShopFaults.DbLock); held += Pause)
            await Task.Delay(Pause, time, cancellation);
        await transaction.CommitAsync(cancellation);
    }
}
