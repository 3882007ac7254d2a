using System.Diagnostics;
using System.Diagnostics.Metrics;
using Npgsql;
using Shop.Orders;

namespace Shop.Worker;

/// <summary>Ships what the outbox holds, each order in a consumer span that continues the trace of its checkout.</summary>
internal sealed class Shipping(IOutbox outbox, TimeProvider time, ILogger<Shipping> logger) : BackgroundService
{
    private const int BatchSize = 10;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(5);
    private static readonly ActivitySource Source = new("Shop.Worker");
    private static readonly Meter Meter = new("Shop.Worker");
    private static readonly Counter<long> Shipped = Meter.CreateCounter<long>("shop.orders.shipped", "{order}", "Orders shipped.");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var isFailing = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var rows = await outbox.ClaimAsync(BatchSize, stoppingToken);
                foreach (var row in rows)
                    await ShipAsync(row, stoppingToken);
                isFailing = false;
                if (rows.Count < BatchSize)
                    await Task.Delay(Poll, time, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is NpgsqlException or HttpRequestException or TimeoutException)
            {
                if (!isFailing)
                    logger.LogWarning(e, "The outbox cannot be read");
                isFailing = true;
                await Task.Delay(AfterFailure, time, stoppingToken);
            }
        }
    }

    private async Task ShipAsync(OutboxRow row, CancellationToken cancellation)
    {
        ActivityContext.TryParse(row.TraceParent, null, isRemote: true, out var parent);
        using var span = Source.StartActivity("outbox process", ActivityKind.Consumer, parent);
        span?.SetTag("messaging.system", "outbox").SetTag("messaging.operation.name", "process").SetTag("messaging.destination.name", "outbox");
        await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(5, 15)), time, cancellation);
        await outbox.ShippedAsync(row, cancellation);
        Shipped.Add(1);
        logger.LogInformation("Order {OrderId} is shipped", row.OrderId);
    }
}
