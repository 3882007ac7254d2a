using System.Diagnostics.Metrics;
using Bongsu.AspNetCore.Export;
using Bongsu.AspNetCore.Metrics;
using Bongsu.AspNetCore.Options;
using Bongsu.AspNetCore.Tests.Collector;
using Bongsu.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Bongsu.AspNetCore.Tests.Metrics;

public sealed class MetricTests : IDisposable
{
    private readonly BongsuOptions _options = new() { ServiceName = "test-service" };
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly ManualTime _time = new();
    private readonly RecordingLogs _logs = new();
    private readonly Meter _meter;
    private MetricCollector? _collector;

    public MetricTests()
    {
        _options.Metrics.Meters.Clear();
        _options.Metrics.Meters.Add("test.*");
        _meter = _services.GetRequiredService<IMeterFactory>().Create("test.meter");
    }

    public void Dispose()
    {
        _collector?.Dispose();
        _services.Dispose();
    }

    [Fact]
    public void Counters_add_up_over_exports_whatever_the_order_of_tags()
    {
        Start();
        var counter = _meter.CreateCounter<long>("test.orders", "{order}", "Orders.");
        counter.Add(2, new("sku", "tea"), new("paid", true));
        Assert.Equal(2UL, Assert.Single(Points("test.orders", 7)).Number(6));
        counter.Add(3, new("paid", true), new("sku", "tea"));
        counter.Add(-9, new("paid", true), new("sku", "tea"));

        var metric = Metric("test.orders");
        var point = Assert.Single(metric.One(7).All(1));
        Assert.Equal(5UL, point.Number(6));
        Assert.Equal(new Dictionary<string, object?> { ["sku"] = "tea", ["paid"] = true }, point.Attributes(7));
        Assert.Equal(2UL, metric.One(7).Number(2));
        Assert.Equal(1UL, metric.One(7).Number(3));
        Assert.Equal("{order}", metric.Text(3));
        Assert.Equal("Orders.", metric.Text(2));
        Assert.True(point.Number(3) >= point.Number(2));
    }

    [Fact]
    public void Up_down_counters_and_gauges_keep_their_kind()
    {
        Start();
        var queue = _meter.CreateUpDownCounter<int>("test.queue");
        queue.Add(5);
        queue.Add(-2);
        var level = _meter.CreateGauge<double>("test.level");
        level.Record(0.25);
        level.Record(0.75);

        Assert.Equal(3UL, Metric("test.queue").One(7).One(1).Number(6));
        Assert.Equal(0UL, Metric("test.queue").One(7).Number(3));
        Assert.Equal(0.75, Metric("test.level").One(5).One(1).Double(4));
    }

    [Fact]
    public void Histograms_take_the_advised_bounds_and_count_upper_bounds_in()
    {
        Start();
        var histogram = _meter.CreateHistogram("test.size", "By", null, null, new InstrumentAdvice<long> { HistogramBucketBoundaries = [10, 20] });
        foreach (var value in (long[])[5, 10, 15, 20, 25])
            histogram.Record(value);

        var point = Metric("test.size").One(9).One(1);
        Assert.Equal([2UL, 2UL, 1UL], point.PackedFixed64(6));
        Assert.Equal([10.0, 20.0], point.PackedFixed64(7).Select(BitConverter.UInt64BitsToDouble));
        Assert.Equal(5UL, point.Number(4));
        Assert.Equal(75, point.Double(5));
        Assert.Equal(5, point.Double(11));
        Assert.Equal(25, point.Double(12));
    }

    [Fact]
    public void Durations_without_advice_take_the_bounds_for_seconds_and_ignore_what_is_no_number()
    {
        Start();
        var histogram = _meter.CreateHistogram<double>("test.duration", "s");
        histogram.Record(0.003);
        histogram.Record(double.NaN);
        histogram.Record(double.PositiveInfinity);

        var point = Metric("test.duration").One(9).One(1);
        Assert.Equal(0.005, BitConverter.UInt64BitsToDouble(point.PackedFixed64(7)[0]));
        Assert.Equal(1UL, point.Number(4));
        Assert.Equal(0.003, point.Double(5));
    }

    [Fact]
    public void Observables_report_the_present_and_forget_what_is_gone()
    {
        Start();
        string[] pools = ["a", "b"];
        _meter.CreateObservableGauge("test.pool", () => pools.Select((p, i) => new Measurement<long>(i + 1, new KeyValuePair<string, object?>("pool", p))));
        Assert.Equal(2, Points("test.pool", 5).Count);

        pools = ["b"];

        var point = Assert.Single(Points("test.pool", 5));
        Assert.Equal("b", point.Attributes(7)["pool"]);
        Assert.Equal(1UL, point.Number(6));
    }

    [Fact]
    public void An_observable_that_throws_costs_only_itself()
    {
        Start();
        _meter.CreateObservableGauge("test.bad", long () => throw new InvalidOperationException("secret"));
        _meter.CreateObservableGauge<long>("test.good", () => 4);

        Assert.Equal(4UL, Assert.Single(Points("test.good", 5)).Number(6));
        Assert.DoesNotContain(_logs.Messages, m => m.Contains("secret"));
    }

    [Fact]
    public void Too_many_attribute_sets_are_summed_counted_and_blamed()
    {
        _options.Metrics.MaxSeriesPerInstrument = 10;
        Start();
        var counter = _meter.CreateCounter<long>("test.visits");
        for (var i = 0; i < 25; i++)
            counter.Add(1, new("user", i), new("shop", "one"));

        var points = Points("test.visits", 7);
        Assert.Equal(11, points.Count);
        var overflow = Assert.Single(points, p => p.Attributes(7).ContainsKey("otel.metric.overflow"));
        Assert.Equal(true, overflow.Attributes(7)["otel.metric.overflow"]);
        Assert.Equal(15UL, overflow.Number(6));
        Assert.Equal(25UL, points.Aggregate(0UL, (sum, p) => sum + p.Number(6)));
        Assert.Equal(15UL, Assert.Single(Points("bongsu.metrics.overflow", 7)).Number(6));
        var warning = Assert.Single(_logs.Messages);
        Assert.Contains("test.visits", warning);
        Assert.Contains("user", warning);
    }

    [Fact]
    public void An_observables_overflow_does_not_grow_by_being_looked_at()
    {
        _options.Metrics.MaxSeriesPerInstrument = 2;
        Start();
        _meter.CreateObservableCounter("test.pages", () => Enumerable.Range(0, 5).Select(i => new Measurement<long>(10, new KeyValuePair<string, object?>("page", i))));
        for (var i = 0; i < 3; i++)
        {
            var overflow = Assert.Single(Points("test.pages", 7), p => p.Attributes(7).ContainsKey("otel.metric.overflow"));
            Assert.Equal(30UL, overflow.Number(6));
        }
    }

    [Fact]
    public void Instruments_of_one_name_from_two_meters_are_one_metric()
    {
        Start();
        using var global = new Meter("test.meter");
        _meter.CreateCounter<long>("test.calls").Add(1);
        global.CreateCounter<long>("test.calls").Add(2);
        Assert.Equal(3UL, Assert.Single(Points("test.calls", 7)).Number(6));
    }

    [Fact]
    public void Meters_of_another_host_are_left_alone()
    {
        Start();
        using var other = new ServiceCollection().AddMetrics().BuildServiceProvider();
        other.GetRequiredService<IMeterFactory>().Create("test.meter").CreateCounter<long>("test.foreign").Add(1);
        Assert.DoesNotContain(Metrics(), m => m.Text(1) == "test.foreign");
    }

    [Fact]
    public void A_known_attribute_set_is_counted_without_allocating()
    {
        Start();
        var counter = _meter.CreateCounter<long>("test.hot");
        KeyValuePair<string, object?> sku = new("sku", "tea"), paid = new("paid", true);
        for (var i = 0; i < 1000; i++)
            counter.Add(1, sku, paid);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            counter.Add(1, sku, paid);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public async Task A_service_exports_its_requests_and_runtime()
    {
        await using var collector = await OtlpCollector.StartAsync();
        await using var service = await TestService.StartAsync(collector.Url, app =>
        {
            Microsoft.AspNetCore.Builder.EndpointRouteBuilderExtensions.MapGet(app, "/products/{id}", (string id) => id);
            Microsoft.AspNetCore.Builder.EndpointRouteBuilderExtensions.MapGet(app, "/bad", () => Microsoft.AspNetCore.Http.Results.StatusCode(503));
        });
        await service.Client.GetAsync("/products/1");
        await service.Client.GetAsync("/products/2");
        await service.Client.GetAsync("/bad");
        await service.Client.GetAsync("/livez");
        await service.App.StopAsync();

        var duration = Assert.Single(collector.Metrics, m => m.Item.Text(1) == "http.server.request.duration");
        var points = duration.Item.One(9).All(1).ToList();
        Assert.Equal(2, points.Count);
        var products = Assert.Single(points, p => Equals(p.Attributes(9)["http.route"], "/products/{id}"));
        Assert.Equal(2UL, products.Number(4));
        Assert.Contains(products.All(8), e => e.Bytes(5).Length == 16);
        var bad = Assert.Single(points, p => Equals(p.Attributes(9)["http.route"], "/bad"));
        Assert.Equal("503", bad.Attributes(9)["error.type"]);
        Assert.Equal(ErrorClasses.DependencyError, bad.Attributes(9)["error.class"]);
        Assert.Contains(collector.Metrics, m => m.Item.Text(1) == "dotnet.process.memory.working_set");
        Assert.Contains(collector.Metrics, m => m.Item.Text(1) == "bongsu.requests.in_flight");
    }

    private void Start()
    {
        var metrics = new ExporterMetrics(_services.GetRequiredService<IMeterFactory>());
        _collector = new MetricCollector(_options, _services.GetRequiredService<IMeterFactory>(), metrics, _time, _logs.CreateLogger<MetricCollector>());
        _collector.Start();
    }

    private List<ProtoMessage> Metrics()
    {
        using var writer = new ProtoWriter();
        new MetricEncoder(new ServiceIdentity(_options), new AttributeEncoder(_options.Export), _time).Encode(writer, _collector!.Collect());
        return [.. new ProtoMessage(writer.Written.ToArray()).One(1).All(2).SelectMany(s => s.All(2))];
    }

    private ProtoMessage Metric(string name) => Assert.Single(Metrics(), m => m.Text(1) == name);

    private List<ProtoMessage> Points(string name, int kind) => [.. Metric(name).One(kind).All(1)];
}
