using Bongsu.AspNetCore.Export;
using Bongsu.AspNetCore.Tests.Collector;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Bongsu.AspNetCore.Tests;

public sealed class ExporterDownTests
{
    [Fact]
    public async Task A_service_without_a_collector_answers_the_same_and_counts_its_losses()
    {
        await using var service = await TestService.StartAsync(
            new Uri("http://127.0.0.1:1"), app => app.MapGet("/products/{id}", (string id) => id), options => options.Export.MaxAttempts = 2);
        for (var i = 0; i < 20; i++)
            Assert.Equal($"{i}", await service.Client.GetStringAsync($"/products/{i}"));
        await service.App.StopAsync();
        var metrics = service.App.Services.GetRequiredService<ExporterMetrics>();
        Assert.True(metrics.DroppedTotal(Signal.Traces) >= 20);
        Assert.True(metrics.DroppedTotal(Signal.Logs) >= 20);
    }

    [Fact]
    public async Task A_collector_that_hangs_holds_up_no_request_and_its_queue_stays_bounded()
    {
        await using var collector = await OtlpCollector.StartAsync();
        var release = new TaskCompletionSource();
        collector.Answer = (_, _) => release.Task;
        await using var service = await TestService.StartAsync(collector.Url, app => app.MapGet("/products/{id}", (string id) => id), options =>
        {
            options.Export.QueueSize = 8;
            options.Export.BatchSize = 4;
        });
        // If a request waited for the exporter, this would never end: the collector answers only afterwards.
        for (var i = 0; i < 60; i++)
            Assert.Equal($"{i}", await service.Client.GetStringAsync($"/products/{i}"));
        Assert.True(service.App.Services.GetRequiredService<ExportQueue<System.Diagnostics.Activity>>().Count <= 8);
        Assert.True(service.App.Services.GetRequiredService<ExporterMetrics>().DroppedTotal(Signal.Traces) > 0);
        release.SetResult();
        await service.App.StopAsync();
        var dropped = Assert.Single(collector.Metrics, m => m.Item.Text(1) == "bongsu.exporter.dropped");
        Assert.Contains(dropped.Item.One(7).All(1), p => Equals(p.Attributes(7)["reason"], "queue_full") && Equals(p.Attributes(7)["signal"], "traces"));
    }
}
