using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Bongsu.AspNetCore;
using Bongsu.Ingest.Pipeline.Derive;
using Bongsu.Ingest.Pipeline.Sampling;
using Bongsu.Ingest.Receive;
using Bongsu.Server.Access;
using Bongsu.Server.Configuration;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Bongsu.Server.Hosting;

/// <summary>
/// The running server: store, ingest, queries, response and the three listeners, wired once. Start-up is recovery; stopping is draining.
/// </summary>
public sealed class BongsuHost : IAsyncDisposable
{
    /// <summary>Longest request line: Grafana and logcli send their queries by GET, where a chosen list of pods alone can pass 8 KiB.</summary>
    private const int MaxRequestLineBytes = 256 * 1024;

    private readonly WebApplication _app;
    private readonly ServerParts _parts;
    private readonly ConfigurationWatch _watch;

    private BongsuHost(WebApplication app, ServerParts parts, ConfigurationWatch watch)
    {
        _app = app;
        _parts = parts;
        _watch = watch;
    }

    public string WebUrl { get; private set; } = "";
    public string OtlpHttpUrl { get; private set; } = "";
    public string OtlpGrpcUrl { get; private set; } = "";

    /// <summary>Where syslog is taken, or null.</summary>
    public string? SyslogAddress => _parts.Syslog?.Address.ToString();

    /// <summary>What whoever starts it should read.</summary>
    public IReadOnlyList<string> Notes => _parts.Notes;

    /// <exception cref="ConfigurationException">Files of the configuration folder are wrong.</exception>
    /// <exception cref="IOException">The data directory cannot be used, or an address is taken.</exception>
    public static async Task<BongsuHost> StartAsync(ServerOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        var listeners = Listen(builder, options);
        var loggers = LoggerFactory.Create(logging => logging.AddConfiguration(builder.Configuration.GetSection("Logging")).AddConsole(c => c.LogToStandardErrorThreshold = LogLevel.Trace));
        var definitions = DefinitionCheck.Read(options.ConfigDirectory, options.PromQlExperimental);
        var parts = await ServerParts.OpenAsync(options, definitions, loggers, time, cancellationToken);
        AddServices(builder, parts, time);
        try
        {
            var app = builder.Build();
            Compose(app, parts);
            await app.StartAsync(cancellationToken);
            var host = new BongsuHost(app, parts, new ConfigurationWatch(options.ConfigDirectory, time, parts.ReloadAsync))
            {
                WebUrl = Url(listeners[0]),
                OtlpHttpUrl = Url(listeners[1]),
                OtlpGrpcUrl = Url(listeners[2]),
            };
            await parts.StartAsync(host.WebUrl, listeners[1].IPEndPoint!.Port, cancellationToken);
            return host;
        }
        catch
        {
            await parts.DisposeAsync();
            throw;
        }
    }

    public Task WaitForShutdownAsync() => _app.WaitForShutdownAsync();

    public async ValueTask DisposeAsync()
    {
        _watch.Dispose();
        await _app.DisposeAsync();
        await _parts.DisposeAsync();
    }

    private static void AddServices(WebApplicationBuilder builder, ServerParts parts, TimeProvider time)
    {
        builder.Services.AddSingleton(time);
        builder.Services.AddHostedService(_ => new SpanMetricsLoop(parts.Ingest, time));
        builder.Services.AddHostedService(_ => new SamplingLoop(parts.Ingest, time));
        builder.Logging.ClearProviders().AddConsole(c => c.LogToStandardErrorThreshold = LogLevel.Trace).AddFilter("Microsoft", LogLevel.Warning);
        builder.AddBongsu(own =>
        {
            own.ServiceName = "bongsu";
            own.Export.Enabled = false; // Its own telemetry never feeds back into its own ingest; /metrics has the figures.
            own.Requests.Summary = false;
            own.Shutdown.Delay = TimeSpan.Zero;
            own.Logs.JsonConsole = false;
        });
        builder.Services.AddResponseCompression();
        builder.Services.AddOpenApi("v1", openApi => openApi.ShouldInclude = description => description.RelativePath?.StartsWith("bongsu/v1", StringComparison.Ordinal) == true);
        builder.Services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase));
            json.SerializerOptions.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        });
    }

    private static ListenOptions[] Listen(WebApplicationBuilder builder, ServerOptions options)
    {
        var listeners = new ListenOptions[3];
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestLineSize = MaxRequestLineBytes;
            kestrel.Limits.MaxRequestBodySize = null; // The receivers have their own limits, which name themselves in the error.
            kestrel.Listen(options.Web, l => listeners[0] = l.Mark(ListenerKind.Web).Speaking(HttpProtocols.Http1));
            kestrel.Listen(options.OtlpHttp, l => listeners[1] = l.Mark(ListenerKind.OtlpHttp).Speaking(HttpProtocols.Http1));
            kestrel.Listen(options.OtlpGrpc, l => listeners[2] = l.Mark(ListenerKind.OtlpGrpc).Speaking(HttpProtocols.Http2));
        });
        return listeners;
    }

    private static string Url(ListenOptions listener) => $"http://{listener.IPEndPoint}";

    private static void Compose(WebApplication app, ServerParts parts)
    {
        app.UseProbePaths();
        app.UseBongsu();
        app.UseMiddleware<AccessMiddleware>(parts.Access, parts.Options.PublicUrl?.Host ?? "");
        app.MapWhen(c => Listener.Of(c) == ListenerKind.OtlpHttp, branch => branch.UseRouting().UseEndpoints(routes => IngestEndpoints.MapOtlpHttp(routes, parts.Ingest)));
        app.MapWhen(c => Listener.Of(c) == ListenerKind.OtlpGrpc, branch => branch.UseRouting().UseEndpoints(routes => IngestEndpoints.MapOtlpGrpc(routes, parts.Ingest)));
        app.UseSecurityHeaders();
        app.UseResponseCompression();
        app.UseWebSockets();
        app.UsePageFiles();
        app.UseRouting();
        ApiMap.Map(app, parts);
        PageFiles.Map(app);
    }
}
