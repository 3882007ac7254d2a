using System.Diagnostics;
using System.Reflection;
using Bongsu.AspNetCore.Export;
using Bongsu.AspNetCore.Health;
using Bongsu.AspNetCore.Logging;
using Bongsu.AspNetCore.Metrics;
using Bongsu.AspNetCore.Options;
using Bongsu.AspNetCore.Requests;
using Bongsu.AspNetCore.Shutdown;
using Bongsu.AspNetCore.Tracing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace Bongsu.AspNetCore;

/// <summary>The two lines that make a service operable.</summary>
public static class BongsuHosting
{
    /// <summary>Adds telemetry export, request summaries, health checks and graceful shutdown.</summary>
    /// <param name="builder">The service's host or web application.</param>
    /// <param name="configure">Changes defaults; runs after the OTEL_* settings, so it wins over them.</param>
    /// <exception cref="OptionsValidationException">Anything is wrong; all of it is listed.</exception>
    public static TBuilder AddBongsu<TBuilder>(this TBuilder builder, Action<BongsuOptions>? configure = null) where TBuilder : IHostApplicationBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = Read(builder, configure);
        builder.Services.AddSingleton(options);
        if (!options.Enabled)
            return builder;
        AddExport(builder, options);
        AddRequests(builder.Services, options);
        AddLogging(builder, options);
        return builder;
    }

    /// <summary>Adds the health endpoints and the request middleware. Call it first, so that it sees every request.</summary>
    /// <exception cref="InvalidOperationException"><c>AddBongsu</c> was not called.</exception>
    public static IApplicationBuilder UseBongsu(this IApplicationBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var options = app.ApplicationServices.GetService<BongsuOptions>() ?? throw new InvalidOperationException("Call builder.AddBongsu() before app.UseBongsu().");
        if (!options.Enabled)
            return app;
        if (options.Health.Enabled)
            app.UseMiddleware<HealthMiddleware>();
        if (options.Requests.Enabled)
            app.UseMiddleware<RequestMiddleware>();
        return app;
    }

    private static BongsuOptions Read(IHostApplicationBuilder builder, Action<BongsuOptions>? configure)
    {
        var entry = Assembly.GetEntryAssembly() ?? typeof(BongsuHosting).Assembly;
        var options = new BongsuOptions
        {
            ServiceName = entry.GetName().Name ?? builder.Environment.ApplicationName,
            ServiceVersion = ServiceIdentity.VersionOf(entry),
            EnvironmentName = builder.Environment.EnvironmentName.ToLowerInvariant(),
        };
        var problems = new List<string>();
        new EnvironmentSettings(builder.Configuration, options, problems).Apply();
        configure?.Invoke(options);
        OptionsValidation.FindProblems(options, problems);
        if (problems.Count > 0)
            throw new OptionsValidationException(nameof(BongsuOptions), typeof(BongsuOptions), problems);
        options.Shutdown.Delay ??= builder.Environment.IsDevelopment() ? TimeSpan.Zero : TimeSpan.FromSeconds(5);
        options.Logs.JsonConsole ??= !builder.Environment.IsDevelopment();
        return options;
    }

    private static void AddExport(IHostApplicationBuilder builder, BongsuOptions options)
    {
        var services = builder.Services;
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(new ServiceIdentity(options));
        services.AddSingleton(new AttributeEncoder(options.Export));
        services.AddSingleton<ExporterMetrics>();
        services.AddSingleton(s => new ExportQueue<Activity>(Signal.Traces, options.Export, s.GetRequiredService<ExporterMetrics>()));
        services.AddSingleton(s => new ExportQueue<LogEntry>(Signal.Logs, options.Export, s.GetRequiredService<ExporterMetrics>()));
        services.AddSingleton<OtlpSender>();
        services.AddSingleton<SpanCollector>();
        services.AddSingleton<SpanEncoder>();
        services.AddSingleton<MetricCollector>();
        services.AddSingleton<MetricEncoder>();
        services.AddSingleton<LogEncoder>();
        // First in, last out: the exporter starts before and flushes after every other hosted service.
        services.AddHostedService<TelemetryExporter>();
    }

    private static void AddRequests(IServiceCollection services, BongsuOptions options)
    {
        services.AddSingleton<ServiceState>();
        services.AddSingleton<InFlightRequests>();
        services.AddHostedService<GracefulShutdown>();
        services.AddSingleton<HealthChecks>();
        services.AddHostedService(s => s.GetRequiredService<HealthChecks>());
        if (!options.Shutdown.Enabled)
            return;
        // A few seconds more than the parts, so that the host's patience is never the one that ends first.
        var patience = options.Shutdown.Delay!.Value + options.Shutdown.DrainTimeout + options.Shutdown.FlushTimeout + TimeSpan.FromSeconds(5);
        services.Configure<HostOptions>(host => host.ShutdownTimeout = patience);
    }

    private static void AddLogging(IHostApplicationBuilder builder, BongsuOptions options)
    {
        if (options.Export.Enabled && options.Logs.Enabled)
            builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<ILoggerProvider, OtlpLoggerProvider>());
        if (options.Logs.JsonConsole == true)
        {
            builder.Logging.AddConsoleFormatter<JsonConsoleFormatter, ConsoleFormatterOptions>();
            builder.Services.Configure<ConsoleLoggerOptions>(console => console.FormatterName = JsonConsoleFormatter.FormatterName);
        }
        if (!options.Logs.MuteFrameworkNoise)
            return;
        string[] replaced =
            ["Microsoft.AspNetCore.Hosting.Diagnostics", "Microsoft.AspNetCore.Routing", "Microsoft.AspNetCore.Http.Result", "System.Net.Http.HttpClient"];
        foreach (var category in replaced)
            builder.Logging.AddFilter(category, LogLevel.Warning);
    }
}
