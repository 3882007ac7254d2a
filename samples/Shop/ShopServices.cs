using Bongsu.AspNetCore;
using Shop.Faults;
using Shop.Gateway;
using Shop.Inventory;
using Shop.Orders;
using Shop.Payments;
using Shop.Postgres;
using Shop.Worker;

namespace Shop;

/// <summary>Builds the service of a role; what all of them share stands here, the rest in the role's folder.</summary>
internal static class ShopServices
{
    public const string DefaultVersion = "1.42.3";

    public static bool IsRole(string role) => role is "gateway" or "orders" or "payments" or "inventory" or "worker";

    public static async Task<WebApplication> BuildAsync(string role, string[] args, Action<BongsuOptions>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        builder.Services.AddSingleton(TimeProvider.System);
        var database = role is "orders" or "inventory" or "worker" ? await ShopDatabase.ConnectAsync(builder.Configuration["SHOP_DB"], role) : null;
        if (database is not null)
            builder.Services.AddSingleton(database);
        builder.AddBongsu(options =>
        {
            options.ServiceName = role;
            options.ServiceVersion = builder.Configuration["SHOP_VERSION"] ?? DefaultVersion;
            options.ResourceAttributes.TryAdd("service.namespace", "shop");
            options.Traces.Sources.Add("Shop." + role);
            options.Requests.IgnoredPaths.Add("/admin");
            options.Requests.IgnoredPaths.Add("/outbox/claim");
            if (database is not null)
                options.Health.AddDependency("postgresql", (_, cancellation) => database.PingAsync(cancellation));
            configure?.Invoke(options);
        });
        builder.Services.AddSingleton<FaultSwitches>();
        AddRole(role, builder, database);
        var app = builder.Build();
        app.UseBongsu();
        app.MapFaults(role, database is not null);
        MapRole(role, app);
        if (role is "orders" or "inventory" or "worker" && database is null)
            WarnNoDatabase(app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Shop"));
        return app;
    }

    private static void AddRole(string role, WebApplicationBuilder builder, ShopDatabase? database)
    {
        switch (role)
        {
            case "gateway": GatewayService.Add(builder); break;
            case "orders": OrdersService.Add(builder, database); break;
            case "inventory": InventoryService.Add(builder, database); break;
            case "worker": WorkerService.Add(builder, database); break;
        }
    }

    private static void MapRole(string role, WebApplication app)
    {
        switch (role)
        {
            case "gateway": GatewayService.Map(app); break;
            case "orders": OrdersService.Map(app); break;
            case "payments": PaymentsService.Map(app); break;
            case "inventory": InventoryService.Map(app); break;
        }
    }

    private static void WarnNoDatabase(ILogger logger)
    {
        var hidden = string.Join(", ", ShopFaults.All.Where(f => f.NeedsDatabase).Select(f => f.Name));
        logger.LogWarning("No PostgreSQL (SHOP_DB is not set or does not answer): data is kept in memory, and these faults cannot be shown: {Faults}.", hidden);
    }
}
