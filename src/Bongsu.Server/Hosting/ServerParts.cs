using Bongsu.Ingest;
using Bongsu.Ingest.Receive;
using Bongsu.Ingest.Receive.Syslog;
using Bongsu.Query;
using Bongsu.Query.LogQL;
using Bongsu.Query.PromQL;
using Bongsu.Query.TraceQL;
using Bongsu.Response;
using Bongsu.Response.Configuration;
using Bongsu.Response.Services;
using Bongsu.Server.Access;
using Bongsu.Server.Configuration;
using Bongsu.Storage;
using Bongsu.Storage.Journal;

namespace Bongsu.Server.Hosting;

/// <summary>The parts of a server in the order of the flow, opened together and closed in the opposite order.</summary>
internal sealed class ServerParts : IAsyncDisposable
{
    private readonly ILogger _logger;
    private readonly SamplingWatch _sampling;
    private readonly ILoggerFactory _loggers;
    private string _webUrl = "";

    private ServerParts(ServerOptions options, StartDefinitions definitions, DiskStore store, DiskJournal journal, ILoggerFactory loggers, TimeProvider time)
    {
        _loggers = loggers;
        _logger = loggers.CreateLogger("Bongsu");
        Options = options;
        Time = time;
        Store = store;
        Journal = journal;
        Ingest = new IngestService(store, IngestOptionsOf(options, definitions), time, loggers.CreateLogger<IngestService>());
        _sampling = new SamplingWatch(options.ConfigDirectory, Ingest.Sampler);
        QueryGate = new QueryGate(new QueryGateOptions(), time);
        PromQl = new PromQlEngine(store, PromQlOptionsOf(options), time, QueryGate);
        LogQl = new LogQlEngine(store, time, new LogQlLimits { Timeout = options.QueryTimeout }, QueryGate);
        TraceQl = new TraceQlEngine(store, time, new TraceQlLimits { Timeout = options.QueryTimeout }, QueryGate);
        Access = new AccessControl(options.Tokens, SessionKey.Load(options.DataDirectory), time);
        Scraping = new Scraping(options.ConfigDirectory, Ingest, loggers, time);
        Pushgateway = new Pushgateway(Ingest, journal, new PushgatewayOptions { Interval = options.PushgatewayInterval }, time, loggers.CreateLogger<Pushgateway>());
        Rates = new IngestRates(Ingest.Counters, time);
        Response = new ResponseRuntime(store, PromQl.For(QueryPriority.Rule), journal, ResponseOptionsOf(options), time, Tell);
        Services = new ServiceCatalog(store, PromQl, Response.Releases, HooksOf(Response));
        Health = new SelfHealthReader(store, journal, Response, Rates, Ingest.DailyUse, time);
    }

    public ServerOptions Options { get; }
    public ILogger Logger => _logger;
    public TimeProvider Time { get; }
    public DiskStore Store { get; }
    public DiskJournal Journal { get; }
    public IngestService Ingest { get; }
    public Scraping Scraping { get; }
    public Pushgateway Pushgateway { get; }

    /// <summary>Null: syslog is not taken.</summary>
    public SyslogListener? Syslog { get; private set; }
    public QueryGate QueryGate { get; }
    public PromQlEngine PromQl { get; }
    public LogQlEngine LogQl { get; }
    public TraceQlEngine TraceQl { get; }
    public ResponseRuntime Response { get; }
    public ServiceCatalog Services { get; }
    public SelfHealthReader Health { get; }
    public AccessControl Access { get; }
    public IngestRates Rates { get; }

    public IReadOnlyList<string> Notes => [.. Response.Notes, .. Ingest.Sampler.Plan.Notes];

    public static async Task<ServerParts> OpenAsync(ServerOptions options, StartDefinitions definitions, ILoggerFactory loggers, TimeProvider time, CancellationToken cancellationToken)
    {
        var logger = loggers.CreateLogger("Bongsu.Storage");
        Directory.CreateDirectory(options.DataDirectory);
        var store = await DiskStore.OpenAsync(StoreOptionsOf(options, definitions), time, line => logger.LogWarning("{Line}", line), cancellationToken);
        var journal = await DiskJournal.OpenAsync(options.DataDirectory, options.Fsync ? Durability.Fsync : Durability.Os, line => logger.LogWarning("{Line}", line), cancellationToken);
        var parts = new ServerParts(options, definitions, store, journal, loggers, time);
        await parts.Ingest.RestorePatternsAsync(cancellationToken);
        await parts.Ingest.RestoreVolumesAsync(cancellationToken);
        await parts.Ingest.RestoreSamplingAsync(cancellationToken);
        await parts.Response.LoadAsync(cancellationToken);
        return parts;
    }

    /// <summary>Where OTLP over HTTP is taken, once it is known.</summary>
    public int OtlpHttpPort { get; private set; }

    /// <summary>Begins to watch, to scrape and to show what was pushed.</summary>
    public async Task StartAsync(string webUrl, int otlpHttpPort, CancellationToken cancellationToken)
    {
        _webUrl = webUrl;
        OtlpHttpPort = otlpHttpPort;
        Response.Start();
        await Pushgateway.StartAsync(cancellationToken);
        await Scraping.LoadAsync();
        if (Options.Syslog is { } address)
            Syslog = SyslogListener.Start(Ingest, address, Options.SyslogAllow, new SyslogLimits(), Time, _loggers.CreateLogger<SyslogListener>());
    }

    /// <summary>Reads the configuration folder again and says what is wrong with it; a bad file keeps its last good state.</summary>
    public async Task<IReadOnlyList<ConfigProblem>> ReloadAsync()
    {
        List<ConfigProblem> problems = [.. await Response.ReloadAsync(CancellationToken.None), .. await Scraping.LoadAsync(), .. LoadBudgets(), .. LoadRetention(), .. _sampling.Load()];
        foreach (var problem in problems)
            _logger.LogWarning("Configuration: {Problem}", problem);
        if (problems.Count == 0)
            _logger.LogInformation("The configuration was read again.");
        return problems;
    }

    public async ValueTask DisposeAsync()
    {
        if (Syslog is not null)
            await Syslog.DisposeAsync();
        await Response.DisposeAsync();
        await Scraping.DisposeAsync();
        await Pushgateway.DisposeAsync();
        await Ingest.FlushDerivedAsync(CancellationToken.None);
        await Store.DisposeAsync();
        await Journal.DisposeAsync();
    }

    private List<ConfigProblem> LoadBudgets()
    {
        var problems = new List<ConfigProblem>();
        var budgets = BudgetFile.Read(Options.ConfigDirectory, problems);
        if (problems.Count == 0)
            Ingest.DailyBudgets = budgets;
        return problems;
    }

    private List<ConfigProblem> LoadRetention()
    {
        var problems = new List<ConfigProblem>();
        var retention = RetentionFile.Read(Options.ConfigDirectory, problems);
        if (problems.Count == 0)
            Store.ChangeRetention(retention.Metrics, retention.Logs, retention.Traces);
        return problems;
    }

    private void Tell(ResponseLogEntry entry) => _logger.LogWarning(entry.Exception, "{Message}", entry.Message);

    private ResponseOptions ResponseOptionsOf(ServerOptions options)
    {
        Func<string> publicUrl = () => options.PublicUrl?.ToString().TrimEnd('/') ?? _webUrl;
        var response = options.Demo ? ResponseOptions.Demo(options.ConfigDirectory, publicUrl) : new ResponseOptions { ConfigDirectory = options.ConfigDirectory, PublicUrl = publicUrl };
        return response with { ExperimentalPromQl = options.PromQlExperimental };
    }

    private static PromQlOptions PromQlOptionsOf(ServerOptions options) =>
        new() { Timeout = options.QueryTimeout, MaxSamples = options.QueryMaxSamples, Experimental = options.PromQlExperimental };

    private static ServiceHooks HooksOf(ResponseRuntime response) => new()
    {
        SloBudgetLeft = service => response.Slos.OfService(service).Min(s => s.BudgetLeft),
        Slos = response.Slos.OfService,
        Firing = service => [.. response.Alerts.Firing.Where(a => a.Service == service)],
        Incidents = response.Incidents.OfService,
        Owner = service => response.Definitions.ServiceOf(service)?.Owner,
        Runbook = service => response.Definitions.ServiceOf(service)?.Runbook,
    };

    private static DiskStoreOptions StoreOptionsOf(ServerOptions options, StartDefinitions definitions) => new()
    {
        Directory = options.DataDirectory,
        Durability = options.Fsync ? Durability.Fsync : Durability.Os,
        RetentionMetrics = options.RetentionMetrics,
        RetentionMetrics5m = options.RetentionMetrics5m,
        RetentionMetrics1h = options.RetentionMetrics1h,
        MetricRetentionRules = definitions.Retention.Metrics,
        LogRetentionRules = definitions.Retention.Logs,
        TraceRetentionRules = definitions.Retention.Traces,
        RetentionLogs = options.RetentionLogs,
        RetentionTraces = options.RetentionTraces,
        DiskLimitBytes = options.DiskLimitBytes,
        MemoryLimitBytes = options.MemoryLimitBytes,
        MaxActiveSeries = options.MaxSeries,
    };

    private static IngestOptions IngestOptionsOf(ServerOptions options, StartDefinitions definitions) => new()
    {
        Redact = options.Redact,
        Rules = definitions.Redaction,
        Budgets = definitions.Budgets,
        Sampling = definitions.Sampling,
        Limits = new IngestLimits
        {
            SeriesPerService = options.MaxSeriesPerService,
            SeriesPerMetric = options.MaxSeriesPerMetric,
            StreamsPerService = options.MaxStreamsPerService,
            SeriesTotal = options.MaxSeries,
            // Of the series that the limit has room for the names all fit.
            SeriesCacheBytes = options.MemoryLimitBytes / 2,
        },
    };
}
