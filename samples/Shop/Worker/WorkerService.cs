using Shop.Peers;
using Shop.Postgres;

namespace Shop.Worker;

/// <summary>Ships orders in the background; its only HTTP is health and faults.</summary>
internal static class WorkerService
{
    public static void Add(WebApplicationBuilder builder, ShopDatabase? database)
    {
        if (database is not null)
        {
            builder.Services.AddSingleton<IOutbox, PostgresOutbox>();
        }
        else
        {
            builder.AddPeer("orders", "http://127.0.0.1:7002", TimeSpan.FromSeconds(2));
            builder.Services.AddSingleton<IOutbox, HttpOutbox>();
        }
        builder.Services.AddHostedService<Shipping>();
    }
}
