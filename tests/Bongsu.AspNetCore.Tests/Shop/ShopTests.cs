using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Bongsu.AspNetCore.Tests.Collector;
using Bongsu.Testing;
using Npgsql;
using Shop.Faults;
using Shop.Postgres;
using Shop.Traffic;

namespace Bongsu.AspNetCore.Tests.Shop;

public sealed class ShopTests : IAsyncLifetime
{
    private static readonly object Kettle = new { sku = "kettle", quantity = 2, cardToken = "tok" };
    private OtlpCollector _collector = null!;

    public async Task InitializeAsync() => _collector = await OtlpCollector.StartAsync();

    public async Task DisposeAsync() => await _collector.DisposeAsync();

    [Fact]
    public async Task Without_a_database_a_checkout_goes_through_all_services_in_one_trace()
    {
        await using var shop = await RunningShop.StartAsync(_collector.Url);
        await CheckoutAndShipAsync(shop);
        using var refused = await shop.SetFaultAsync("inventory", ShopFaults.DbLock, true);
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        await shop.StopAsync();
        AssertOneTrace();
    }

    [Fact]
    public async Task Payments_slow_slows_payments_until_it_is_off()
    {
        await using var shop = await RunningShop.StartAsync(_collector.Url);
        (await shop.SetFaultAsync("payments", ShopFaults.PaymentsSlow, true)).EnsureSuccessStatusCode();
        using var slow = await shop.Client("orders").PostAsJsonAsync("/orders", Kettle);
        Assert.Equal(HttpStatusCode.Created, slow.StatusCode);
        (await shop.SetFaultAsync("payments", ShopFaults.PaymentsSlow, false)).EnsureSuccessStatusCode();
        var state = await shop.Client("payments").GetFromJsonAsync<JsonElement>("/admin/faults/payments-slow");
        Assert.False(state.GetProperty("on").GetBoolean());
        await shop.StopAsync();

        var charge = Assert.Single(_collector.Spans, s => s.Item.Text(5) == "POST /charge");
        Assert.True(charge.Item.Number(8) - charge.Item.Number(7) >= 1_400_000_000);
        Assert.Contains(_collector.Logs, l => l.Scope == "Shop.Payments" && Equals(l.Item.Text(3), "WARN"));
    }

    [Fact]
    public async Task A_bad_release_beside_the_old_one_fails_its_share_and_says_its_version()
    {
        await using var shop = await RunningShop.StartAsync(_collector.Url);
        var release = await shop.StartAsync("orders", "--SHOP_VERSION=1.43.0", "--SHOP_BUG_SHARE=1");
        using var added = await shop.Gateway.PostAsJsonAsync("/admin/upstreams/orders", new { url = release, on = true });
        Assert.Equal(2, (await added.Content.ReadFromJsonAsync<string[]>())!.Length);

        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 4; i++)
            statuses.Add((await shop.Gateway.PostAsJsonAsync("/checkout", Kettle)).StatusCode);
        Assert.Equal(2, statuses.Count(s => s == HttpStatusCode.Created));
        Assert.Equal(2, statuses.Count(s => s == HttpStatusCode.BadGateway));

        await shop.Gateway.PostAsJsonAsync("/admin/upstreams/orders", new { url = release, on = false });
        Assert.Equal(HttpStatusCode.Created, (await shop.Gateway.PostAsJsonAsync("/checkout", Kettle)).StatusCode);
        await shop.StopAsync();

        var failed = _collector.Spans.Where(s => s.Item.Text(5) == "POST /orders" && s.Item.Has(15)).ToList();
        Assert.Equal(2, failed.Count);
        Assert.All(failed, s => Assert.Equal("1.43.0", s.Resource["service.version"]));
        Assert.All(failed, s => Assert.Equal(ErrorClasses.Bug, s.SpanAttributes["error.class"]));
    }

    [Fact]
    public async Task With_postgresql_orders_ship_and_a_stock_count_makes_reservations_wait()
    {
        if (!PrivatePostgres.IsInstalled)
            return;
        await using var postgres = await PrivatePostgres.StartAsync();
        await using var shop = await RunningShop.StartAsync(_collector.Url, postgres.ConnectionString);
        await CheckoutAndShipAsync(shop);
        await AssertReservationsWaitAsync(shop, postgres);
        await shop.StopAsync();
        AssertOneTrace();
        Assert.Contains(_collector.Spans, s => s.Scope == "Npgsql" && Equals(s.Resource["service.name"], "inventory"));
        var reserved = _collector.Logs.First(l => l.LogAttributes.TryGetValue("http.route", out var route) && Equals(route, "/reservations"));
        Assert.True((double)reserved.LogAttributes["db_ms"]! > 0);
    }

    [Fact]
    public async Task Bad_orders_are_refused_and_nothing_is_charged()
    {
        await using var shop = await RunningShop.StartAsync(_collector.Url);
        Assert.Equal(HttpStatusCode.BadRequest, (await shop.Gateway.PostAsJsonAsync("/checkout", new { sku = "kettle", quantity = 0, cardToken = "t" })).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await shop.Gateway.PostAsJsonAsync("/checkout", new { sku = "gold", quantity = 1, cardToken = "t" })).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await shop.Gateway.GetAsync("/products/gold")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await shop.Gateway.GetAsync($"/orders/{Guid.NewGuid()}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await shop.SetFaultAsync("gateway", "no-such", true)).StatusCode);
        await shop.StopAsync();
        Assert.DoesNotContain(_collector.Spans, s => s.Item.Text(5) == "POST /charge");
        Assert.DoesNotContain(_collector.Spans, s => s.Item.Number(6) == 2 && s.Item.Has(15));
    }

    [Fact]
    public void A_forgotten_fault_goes_off_by_itself()
    {
        var time = new ManualTime();
        var switches = new FaultSwitches(time);
        switches.Set(ShopFaults.PaymentsSlow, true);
        time.Advance(FaultSwitches.AutoOff - TimeSpan.FromSeconds(1));
        Assert.True(switches.IsOn(ShopFaults.PaymentsSlow));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(switches.IsOn(ShopFaults.PaymentsSlow));
    }

    [Fact]
    public void The_same_seed_gives_the_same_visits()
    {
        var one = new Shopper(7);
        var two = new Shopper(7);
        Assert.All(Enumerable.Range(0, 200), _ => Assert.Equal(one.Next(), two.Next()));
    }

    [Fact]
    public void Traffic_refuses_what_it_cannot_use_all_at_once()
    {
        var problems = new List<string>();
        Assert.Null(TrafficOptions.Parse(["--rate", "0", "--duration", "soon", "--what", "x", "--seed"], null, problems));
        Assert.Equal(4, problems.Count);
    }

    private static async Task CheckoutAndShipAsync(RunningShop shop)
    {
        using var checkout = await shop.Gateway.PostAsJsonAsync("/checkout", Kettle);
        Assert.Equal(HttpStatusCode.Created, checkout.StatusCode);
        var order = await checkout.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(11800, order.GetProperty("amountCents").GetInt32());
        var product = await shop.Gateway.GetFromJsonAsync<JsonElement>("/products/kettle");
        Assert.Equal(9998, product.GetProperty("inStock").GetInt32());
        // The worker polls; each read of the order is the wait.
        while ((await shop.Gateway.GetFromJsonAsync<JsonElement>($"/orders/{order.GetProperty("id").GetString()}")).GetProperty("status").GetString() != "shipped")
            await Task.Delay(50);
    }

    private static async Task AssertReservationsWaitAsync(RunningShop shop, PrivatePostgres postgres)
    {
        await using var source = NpgsqlDataSource.Create(postgres.ConnectionString);
        (await shop.SetFaultAsync("inventory", ShopFaults.DbLock, true)).EnsureSuccessStatusCode();
        var inventory = shop.Client("inventory");
        var isBlocked = false;
        // The count pauses between rounds, so one reservation may slip through; the next one meets the lock.
        while (!isBlocked)
        {
            var reserve = inventory.PostAsJsonAsync("/reservations", new { orderId = Guid.NewGuid(), sku = "kettle", quantity = 1 });
            while (!reserve.IsCompleted && !isBlocked)
                isBlocked = await WaitsForLockAsync(source);
            if (isBlocked)
                (await shop.SetFaultAsync("inventory", ShopFaults.DbLock, false)).EnsureSuccessStatusCode();
            Assert.Equal(HttpStatusCode.Created, (await reserve).StatusCode);
        }
    }

    private static async Task<bool> WaitsForLockAsync(NpgsqlDataSource source)
    {
        await using var waiting = source.CreateCommand("select exists (select from pg_stat_activity where wait_event_type = 'Lock' and application_name = 'shop-inventory')");
        return await waiting.ExecuteScalarAsync() is true;
    }

    private void AssertOneTrace()
    {
        var checkout = Assert.Single(_collector.Spans, s => s.Item.Text(5) == "POST /checkout");
        var trace = _collector.Spans.Where(s => s.Item.Hex(1) == checkout.Item.Hex(1)).ToList();
        string[] names = [.. trace.Select(s => $"{s.Resource["service.name"]}: {s.Item.Text(5)}")];
        Assert.Contains("orders: POST /orders", names);
        Assert.Contains("inventory: POST /reservations", names);
        Assert.Contains("payments: POST /charge", names);
        Assert.Contains("orders: outbox publish", names);
        Assert.Contains("worker: outbox process", names);
        var publish = Assert.Single(trace, s => s.Item.Text(5) == "outbox publish");
        var process = Assert.Single(trace, s => s.Item.Text(5) == "outbox process");
        Assert.Equal(publish.Item.Hex(2), process.Item.Hex(4));
        Assert.All(trace, s => Assert.Equal("shop", s.Resource["service.namespace"]));
    }
}
