using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Bongsu.AspNetCore.Tests.Options;

public sealed class OptionsTests
{
    [Fact]
    public void The_standard_environment_is_honoured()
    {
        var options = Read(new()
        {
            ["OTEL_SERVICE_NAME"] = "orders",
            ["OTEL_RESOURCE_ATTRIBUTES"] = "service.namespace=shop,service.version=2.0,team=a%2Cb,deployment.environment.name=stage",
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://collector:4318/",
            ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] = "http://traces/x",
            ["OTEL_EXPORTER_OTLP_HEADERS"] = "authorization=Bearer%20abc",
            ["OTEL_EXPORTER_OTLP_COMPRESSION"] = "gzip",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "5000",
            ["OTEL_BSP_MAX_QUEUE_SIZE"] = "99",
            ["OTEL_TRACES_SAMPLER"] = "parentbased_traceidratio",
            ["OTEL_TRACES_SAMPLER_ARG"] = "0.25",
            ["OTEL_LOGS_EXPORTER"] = "none",
        });
        Assert.Equal("orders", options.ServiceName);
        Assert.Equal("2.0", options.ServiceVersion);
        Assert.Equal("stage", options.EnvironmentName);
        Assert.Equal("shop", options.ResourceAttributes["service.namespace"]);
        Assert.Equal("a,b", options.ResourceAttributes["team"]);
        Assert.Equal("http://collector:4318/", options.Export.Endpoint.AbsoluteUri);
        Assert.Equal("http://traces/x", options.Export.TracesEndpoint!.AbsoluteUri);
        Assert.Equal("Bearer abc", options.Export.Headers["Authorization"]);
        Assert.True(options.Export.Gzip);
        Assert.Equal(TimeSpan.FromSeconds(5), options.Metrics.Interval);
        Assert.Equal(99, options.Export.QueueSize);
        Assert.Equal(0.25, options.Traces.SampleRatio);
        Assert.False(options.Logs.Enabled);
    }

    [Fact]
    public void Defaults_need_no_setting()
    {
        var options = Read([]);
        Assert.Equal("http://127.0.0.1:4318/", options.Export.Endpoint.AbsoluteUri);
        Assert.Equal(TimeSpan.FromSeconds(15), options.Metrics.Interval);
        Assert.Equal("production", options.EnvironmentName);
        Assert.NotEmpty(options.ServiceName);
        Assert.NotEmpty(options.ServiceVersion);
        Assert.Equal(TimeSpan.FromSeconds(5), options.Shutdown.Delay);
        Assert.True(options.Logs.JsonConsole);
    }

    [Fact]
    public void Development_stops_at_once_and_keeps_the_plain_console()
    {
        var options = Read([], environment: "Development");
        Assert.Equal(TimeSpan.Zero, options.Shutdown.Delay);
        Assert.False(options.Logs.JsonConsole);
    }

    [Fact]
    public void Code_wins_over_the_environment() =>
        Assert.Equal("coded", Read(new() { ["OTEL_SERVICE_NAME"] = "orders" }, o => o.ServiceName = "coded").ServiceName);

    [Fact]
    public void The_sdk_switch_stops_export() => Assert.False(Read(new() { ["OTEL_SDK_DISABLED"] = "TRUE" }).Export.Enabled);

    [Fact]
    public void All_problems_are_told_at_once_and_no_secret_is_repeated()
    {
        var failure = Assert.Throws<OptionsValidationException>(() => Read(
            new()
            {
                ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "collector:4318",
                ["OTEL_METRIC_EXPORT_INTERVAL"] = "soon",
                ["OTEL_EXPORTER_OTLP_HEADERS"] = "s3cret",
                ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "grpc",
            },
            o =>
            {
                o.ServiceName = " ";
                o.Traces.SampleRatio = double.NaN;
                o.Requests.CapturedHeaders.Add("Authorization");
                o.Export.Headers["x"] = "s3cret\r\n";
                o.Health.AddDependency("db", (_, _) => Task.CompletedTask);
                o.Health.AddDependency("db", (_, _) => Task.CompletedTask);
            }));
        string[] named = ["OTLP_ENDPOINT", "METRIC_EXPORT_INTERVAL", "OTLP_HEADERS", "OTLP_PROTOCOL", "ServiceName", "SampleRatio", "'Authorization'", "Export.Headers", "'db'"];
        Assert.Equal(named.Length, failure.Failures.Count());
        Assert.All(named, name => Assert.Contains(failure.Failures, f => f.Contains(name, StringComparison.Ordinal)));
        Assert.DoesNotContain("s3cret", failure.Message);
    }

    [Fact]
    public async Task Switched_off_it_adds_nothing()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.AddBongsu(o => o.Enabled = false);
        using var host = builder.Build();
        Assert.Empty(host.Services.GetServices<IHostedService>());
        await host.StartAsync();
    }

    private static BongsuOptions Read(Dictionary<string, string?> settings, Action<BongsuOptions>? configure = null, string environment = "Production")
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { EnvironmentName = environment });
        builder.Configuration.AddInMemoryCollection(settings);
        builder.AddBongsu(configure);
        return builder.Services.BuildServiceProvider().GetRequiredService<BongsuOptions>();
    }
}
