using System.Collections.Concurrent;
using System.Globalization;
using Bongsu.Query.PromQL;
using Bongsu.Response.Alerting;
using Bongsu.Response.Configuration;
using Bongsu.Response.Incidents;
using Bongsu.Response.Notify;
using Bongsu.Response.Notify.Delivery;
using Bongsu.Response.Notify.Delivery.Webhook;
using Bongsu.Response.Notify.Stages;
using Bongsu.Response.Releases;
using Bongsu.Response.Rules;
using Bongsu.Response.Runbooks;
using Bongsu.Response.Slos;
using Bongsu.Response.Triage;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Journal;

namespace Bongsu.Response;

/// <summary>
/// Puts the parts of Response together and runs them: evaluation, incidents, notifications and the release watch are loops of their own, so that a slow
/// triage delays no page and a dead receiver no evaluation.
/// </summary>
public sealed class ResponseRuntime : IAsyncDisposable
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    private readonly ResponseOptions _options;
    private readonly TimeProvider _time;
    private readonly Action<ResponseLogEntry> _tell;
    private readonly DefinitionFiles _files;
    private readonly AlertLog _alertLog;
    private readonly NotificationLog _notificationLog;
    private readonly SilenceLog _silenceLog;
    private readonly Evaluator _evaluator;
    private readonly IncidentResponder _responder;
    private readonly NotifyPipeline _notify;
    private readonly ReleaseWatcher _releaseWatcher;
    private readonly WebhookNotifier? _ownNotifier;
    private readonly SemaphoreSlim _turn = new(1);
    private readonly SemaphoreSlim _reload = new(1);
    private readonly ConcurrentQueue<AlertTransition> _moved = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _loops = [];
    private ResponseDefinitions _definitions = ResponseDefinitions.Empty;
    private IReadOnlyList<ConfigProblem> _problems = [];

    /// <param name="tell">Hears what the operator should know; null to drop it.</param>
    /// <param name="notifier">Delivers messages; null for webhooks over HTTP.</param>
    public ResponseRuntime(ITelemetryStore store, PromQlEngine engine, IJournal journal, ResponseOptions options, TimeProvider time, Action<ResponseLogEntry>? tell = null, INotifier? notifier = null)
    {
        (_options, _time, _tell) = (options, time, tell ?? (_ => { }));
        _files = new DefinitionFiles(options.ConfigDirectory, options.Profile, options.ExperimentalPromQl);
        _alertLog = new AlertLog(journal);
        _notificationLog = new NotificationLog(journal);
        _silenceLog = new SilenceLog(journal);
        IncidentLog = new IncidentLog(journal);
        Releases = new ReleaseLog(journal, time, SuspectOf);
        Triage = new TriageEngine(store, engine, Releases, time);
        _releaseWatcher = new ReleaseWatcher(store, Releases, time);

        var source = new RedSliSource(store, options.EvaluationInterval);
        var counter = new SloEvaluator(engine, source.FindAsync, options.EvaluationInterval);
        _evaluator = new Evaluator(counter, new RuleEvaluation(engine, store.Metrics), _alertLog, () => Definitions, options.EvaluationInterval, time);
        Slos = new SloReader(() => Definitions, _evaluator, counter, engine);
        Alerts = new AlertReader(_alertLog, _notificationLog, IncidentLog, engine, time);
        PrometheusRules = new PrometheusRules(() => Definitions, _evaluator, _alertLog, options.EvaluationInterval);
        Runbooks = new RunbookLibrary(() => Definitions, FirstQuery);

        _responder = new IncidentResponder(
            IncidentLog, _alertLog, Triage.RunAsync, Slos.ImpactAsync, options.TriageWindows, options.ResolveHold, options.EvaluationInterval, time, _tell);
        IncidentDesk = new IncidentDesk(IncidentLog, _responder, InTurnAsync, time);
        Incidents = new IncidentReader(IncidentLog, _responder, Alerts, _notificationLog, Slos, Releases, time);

        var sender = notifier ?? (_ownNotifier = new WebhookNotifier(time));
        var delivery = new DeliveryStage(sender, _notificationLog, n => WebhookMessage.Write(n, options.PublicUrl(), ExtrasOf(n)), time, Random.Shared);
        _notify = new NotifyPipeline(() => Definitions.Notify, _alertLog, _silenceLog, _notificationLog, delivery, time)
        {
            Attempted = (alerts, attempt) => _responder.DeliveredAsync(alerts, attempt, _stop.Token),
            Failed = (message, failure) => _tell(new ResponseLogEntry(message, failure)),
        };
    }

    public SloReader Slos { get; }

    public AlertReader Alerts { get; }

    public IncidentReader Incidents { get; }

    public IncidentDesk IncidentDesk { get; }

    public IncidentLog IncidentLog { get; }

    public RunbookLibrary Runbooks { get; }

    public PrometheusRules PrometheusRules { get; }

    public ReleaseLog Releases { get; }

    public TriageEngine Triage { get; }

    public TriageWindows TriageWindows => _options.TriageWindows;

    public ResponseDefinitions Definitions => Volatile.Read(ref _definitions);

    /// <summary>What was wrong with the configuration when it was last read, and rules that fail; a sentence each.</summary>
    public IReadOnlyList<string> Problems =>
        [.. Volatile.Read(ref _problems).Select(p => p.ToString()), .. _evaluator.RuleHealths.Where(h => h.Value.Error is not null).Select(h => $"{h.Key}: {h.Value.Error}").Order(StringComparer.Ordinal)];

    /// <summary>What the page must say about this server, such as shortened windows.</summary>
    public IReadOnlyList<string> Notes => _options.Profile?.Notes ?? [];

    /// <summary>Everything wrong with a configuration folder, for the server to refuse to start on.</summary>
    public static IReadOnlyList<ConfigProblem> Check(string configDirectory, bool experimentalPromQl) => new DefinitionFiles(configDirectory, null, experimentalPromQl).Read().Problems;

    /// <summary>Reads the journal and the configuration: before it nobody may ask, or incidents that exist would be denied and their numbers given again.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        await _alertLog.LoadAsync(cancellationToken);
        await _notificationLog.LoadAsync(cancellationToken);
        await _silenceLog.LoadAsync(cancellationToken);
        await IncidentLog.LoadAsync(cancellationToken);
        await Releases.LoadAsync(cancellationToken);
        foreach (var problem in await ReloadAsync(cancellationToken))
            _tell(new ResponseLogEntry(problem.ToString(), null));
    }

    /// <summary>Starts the loops.</summary>
    public void Start()
    {
        _loops.Add(LoopAsync("evaluation", _options.EvaluationInterval, EvaluateAsync));
        _loops.Add(LoopAsync("incidents", Beat, RespondAsync));
        _loops.Add(LoopAsync("notification", Beat, _notify.TickAsync));
        _loops.Add(_releaseWatcher.RunAsync(failure => _tell(new ResponseLogEntry("looking for releases failed", failure)), _stop.Token));
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        try
        {
            await Task.WhenAll(_loops);
        }
        catch (OperationCanceledException)
        {
            // They were told to stop.
        }
        await _notify.IdleAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_stop.IsCancellationRequested)
            await StopAsync();
        _ownNotifier?.Dispose();
        _stop.Dispose();
    }

    /// <summary>Reads the configuration again. A file with a problem keeps its last good state.</summary>
    public async Task<IReadOnlyList<ConfigProblem>> ReloadAsync(CancellationToken cancellationToken)
    {
        await _reload.WaitAsync(cancellationToken);
        try
        {
            var (definitions, problems) = _files.Read();
            Volatile.Write(ref _definitions, definitions);
            Volatile.Write(ref _problems, problems);
            return problems;
        }
        finally
        {
            _reload.Release();
        }
    }

    /// <summary>One turn of every loop, in the order in which news travels.</summary>
    internal async Task TickAsync(CancellationToken cancellationToken)
    {
        await _releaseWatcher.LookAsync(cancellationToken);
        await EvaluateAsync(cancellationToken);
        await RespondAsync(cancellationToken);
        await _notify.TickAsync(cancellationToken);
    }

    internal Task DeliveriesAsync() => _notify.IdleAsync();

    internal Task SilenceAsync(Silence silence, CancellationToken cancellationToken) => _silenceLog.PutAsync(silence, cancellationToken);

    private async Task EvaluateAsync(CancellationToken cancellationToken)
    {
        foreach (var moved in await _evaluator.EvaluateAsync(cancellationToken))
            _moved.Enqueue(moved);
    }

    private Task RespondAsync(CancellationToken cancellationToken) => InTurnAsync(async () =>
    {
        var moved = new List<AlertTransition>();
        while (_moved.TryDequeue(out var one))
            moved.Add(one);
        await _responder.TakeAsync(moved, cancellationToken);
        await _responder.TickAsync(cancellationToken);
        return true;
    }, cancellationToken);

    private async Task<T> InTurnAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return await work();
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task LoopAsync(string name, TimeSpan period, Func<CancellationToken, Task> turn)
    {
        using var timer = new PeriodicTimer(period, _time);
        do
        {
            try
            {
                await turn(_stop.Token);
            }
            catch (Exception failure) when (!_stop.IsCancellationRequested)
            {
                _tell(new ResponseLogEntry($"{name} failed; it goes on with its next turn", failure));
            }
        }
        while (await timer.WaitForNextTickAsync(_stop.Token));
    }

    private IReadOnlyList<string> SuspectOf(string release) =>
        [.. IncidentLog.All.Values.Where(i => i.Triage?.Hypothesis?.Release?.Id == release).Select(i => i.Id)];

    private string? FirstQuery(string slo) => _evaluator.SloStatuses.TryGetValue(slo, out var status) && status.Pairs.Count > 0
        ? SloAlerts.BurnQuery(status.Slo, status.Measure?.Source, status.Pairs[0].Long) : null;

    private MessageExtras ExtrasOf(Notification notification)
    {
        var incident = notification.Alerts.Select(a => IncidentLog.OfAlert(a.Id)).OfType<IncidentState>().OrderByDescending(i => i.IsOpen).ThenByDescending(i => i.Number).FirstOrDefault();
        if (incident is null)
            return MessageExtras.None;
        var impact = _responder.ImpactOf(incident);
        var sentence = impact is { BadEvents: { } bad, TotalEvents: { } total }
            ? string.Create(CultureInfo.InvariantCulture, $"{bad:#,0} of {total:#,0} requests since {DateTimeOffset.FromUnixTimeMilliseconds(impact.SinceMs):yyyy-MM-dd HH:mm:ss} UTC") : null;
        return new MessageExtras(incident.Id, $"{_options.PublicUrl()}/incidents/{incident.Id}", incident.Title, incident.Severity,
            incident.Triage?.Hypothesis?.Sentence ?? incident.Triage?.Reason, sentence, impact?.BadEvents, impact?.TotalEvents);
    }
}
