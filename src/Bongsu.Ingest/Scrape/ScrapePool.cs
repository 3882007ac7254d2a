using Bongsu.Ingest.Scrape.Discovery;
using Bongsu.Ingest.Scrape.Exposed;
using Bongsu.Ingest.Scrape.Fetch;
using Bongsu.Ingest.Scrape.Jobs;
using Bongsu.Ingest.Scrape.Targets;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Ingest.Scrape;

/// <summary>
/// The targets of one job: follows its discoveries, starts a loop for each target that comes and ends the series of each that goes. Thread-safe.
/// </summary>
internal sealed class ScrapePool
{
    private readonly ScrapeTools _tools;
    private readonly HttpMessageHandler _handler;
    private readonly ScrapeClient _client;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _turn = new(1);
    private readonly DiscoveredGroups[] _discovered;
    private readonly bool[] _hasAnswered;
    private readonly List<HttpTargets> _asking = [];
    private readonly Dictionary<string, TargetLoop> _loops = [];
    private readonly Dictionary<LabelSet, TargetState> _adopted;
    private Task _following = Task.CompletedTask;
    private IReadOnlyList<TargetLoop> _active = [];
    private (IReadOnlyList<DroppedTarget> Shown, int Count) _dropped = ([], 0);
    private IReadOnlyList<string> _problems = [];

    /// <param name="job">What to do.</param>
    /// <param name="tools">Shared.</param>
    /// <param name="handler">Connections to targets; the pool's own from now on.</param>
    /// <param name="adopted">States of targets that another pool scraped until now; this one goes on with them or ends them.</param>
    /// <param name="before">That other pool, stopped; null when there was none.</param>
    public ScrapePool(ScrapeJob job, ScrapeTools tools, HttpMessageHandler handler, Dictionary<LabelSet, TargetState> adopted, ScrapePool? before)
    {
        Job = job;
        _tools = tools;
        _handler = handler;
        _client = new ScrapeClient(job, handler, tools.Options.Limits, tools.Ingest.Options.Limits, tools.Bodies, tools.Options.UserAgent, tools.Time);
        _adopted = adopted;
        var discoveries = job.FileDiscoveries.Count + job.HttpDiscoveries.Count;
        _discovered = [.. Enumerable.Repeat(DiscoveredGroups.None, discoveries)];
        _hasAnswered = new bool[discoveries];
        if (before is not null)
            TakeOver(before);
    }

    public ScrapeJob Job { get; }

    public PoolStatus Status
    {
        get
        {
            var (shown, count) = _dropped;
            return new PoolStatus(Job.Name, [.. Volatile.Read(ref _active).Select(l => l.Status)], shown, count, Volatile.Read(ref _problems));
        }
    }

    public IEnumerable<TargetFamily> Families() =>
        Volatile.Read(ref _active).SelectMany(loop => loop.State.Series.Families.Snapshot.Select(m => new TargetFamily(loop.Status.Labels, m)));

    /// <summary>Begins to follow the discoveries; the targets named in the configuration, and those in files, are there when it completes.</summary>
    public async Task StartAsync()
    {
        var following = new List<Task>();
        for (var i = 0; i < Job.FileDiscoveries.Count; i++)
        {
            var files = new FileTargets(Job.FileDiscoveries[i], _tools.Options.Limits, _tools.Options.ParseYamlTargets);
            Take(i, files.Look(NowMs));
            following.Add(FollowAsync(files, i));
        }
        await SyncAsync();
        for (var i = 0; i < Job.HttpDiscoveries.Count; i++)
        {
            var discovery = Job.HttpDiscoveries[i];
            var asking = new HttpTargets(discovery, _tools.Options.Handler?.Invoke(discovery.Http) ?? ScrapeHandler.Create(discovery.Http, _tools.Options.Limits), _tools.Options.Limits, _tools.Options.UserAgent, _tools.Time);
            _asking.Add(asking);
            following.Add(FollowAsync(asking, discovery.RefreshInterval, Job.FileDiscoveries.Count + i));
        }
        _following = Task.WhenAll(following);
    }

    /// <summary>Ends all loops and gives back the states of their targets, for another pool to go on with.</summary>
    public async Task<Dictionary<LabelSet, TargetState>> StopAsync()
    {
        await _stop.CancelAsync();
        await _following;
        foreach (var loop in _loops.Values.Select(l => (l, l.StopAsync())).ToList())
        {
            await loop.Item2;
            _adopted[loop.l.Target.Labels] = loop.l.State;
        }
        _asking.ForEach(a => a.Dispose());
        _client.Dispose();
        _handler.Dispose();
        return _adopted;
    }

    private async Task FollowAsync(FileTargets files, int discovery)
    {
        while (await WaitAsync(FileTargets.LookInterval))
        {
            if (Take(discovery, files.Look(NowMs)))
                await SyncAsync();
        }
    }

    private async Task FollowAsync(HttpTargets asking, TimeSpan interval, int discovery)
    {
        do
        {
            try
            {
                var found = await asking.AskAsync(_discovered[discovery], _stop.Token);
                if (Take(discovery, found))
                    await SyncAsync();
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
        }
        while (await WaitAsync(interval));
    }

    private async Task<bool> WaitAsync(TimeSpan interval)
    {
        try
        {
            await Task.Delay(interval, _tools.Time, _stop.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    // Why: a server that does not answer just after a reload must not cost the targets it named before.
    private void TakeOver(ScrapePool before)
    {
        for (var i = 0; i < Job.HttpDiscoveries.Count; i++)
        {
            var url = Job.HttpDiscoveries[i].Url;
            var same = before.Job.HttpDiscoveries.ToList().FindIndex(d => d.Url == url);
            if (same >= 0)
                _discovered[Job.FileDiscoveries.Count + i] = before._discovered[before.Job.FileDiscoveries.Count + same];
        }
    }

    /// <summary>Notes what a discovery said; true when that changes anything.</summary>
    private bool Take(int discovery, DiscoveredGroups found)
    {
        var before = _discovered[discovery];
        foreach (var problem in found.Problems.Except(before.Problems))
            _tools.Tell(Job.Name, problem);
        var isNew = !_hasAnswered[discovery] || !found.Groups.SequenceEqual(before.Groups) || !found.Problems.SequenceEqual(before.Problems);
        _discovered[discovery] = found;
        _hasAnswered[discovery] = true;
        return isNew;
    }

    private async Task SyncAsync()
    {
        await _turn.WaitAsync();
        try
        {
            var (targets, dropped, problems) = TargetBuilder.Build(Job, [.. Job.StaticTargets, .. _discovered.SelectMany(d => d.Groups)]);
            foreach (var problem in problems.Except(_problems).Take(10))
                _tools.Tell(Job.Name, problem);
            var kept = Job.KeepDroppedTargets > 0 ? dropped.Take(Job.KeepDroppedTargets) : dropped;
            _dropped = ([.. kept.Select(d => new DroppedTarget(Job.Name, ShownUrl.Labels(d)))], dropped.Count);
            Volatile.Write(ref _problems, [.. _discovered.SelectMany(d => d.Problems), .. problems]);
            await ExchangeAsync(targets);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task ExchangeAsync(List<Target> targets)
    {
        var wanted = targets.ToDictionary(t => t.Key);
        foreach (var (key, loop) in _loops.Where(l => !wanted.ContainsKey(l.Key)).ToList())
        {
            _loops.Remove(key);
            await loop.StopAsync();
            _adopted[loop.Target.Labels] = loop.State;
        }
        var forced = Job.TargetLimit > 0 && targets.Count > Job.TargetLimit ? $"target_limit exceeded (number of targets: {targets.Count}, limit: {Job.TargetLimit})" : null;
        foreach (var (key, target) in wanted)
        {
            if (_loops.TryGetValue(key, out var loop))
            {
                loop.ForcedError = forced;
                continue;
            }
            if (!_adopted.Remove(target.Labels, out var state))
                state = new TargetState();
            _loops[key] = loop = new TargetLoop(target, state, Job, _client, _tools) { ForcedError = forced };
            loop.Start();
        }
        Volatile.Write(ref _active, [.. _loops.Values.OrderBy(l => l.Target.Url.ToString(), StringComparer.Ordinal)]);
        // Why wait for all: after a reload, targets of a discovery that has not answered yet have not gone.
        if (Array.TrueForAll(_hasAnswered, a => a))
            await RetireAsync();
    }

    private async Task RetireAsync()
    {
        var gone = _adopted.Values.ToList();
        _adopted.Clear();
        foreach (var state in gone)
            await RetireAsync(state, _tools);
    }

    /// <summary>Ends the series of a target that is scraped no more.</summary>
    internal static async Task RetireAsync(TargetState state, ScrapeTools tools)
    {
        var nowMs = tools.Time.GetUtcNow().ToUnixTimeMilliseconds();
        var work = tools.Work.Rent();
        state.Retire(nowMs, work);
        await tools.StoreAsync(work, nowMs);
    }

    private long NowMs => _tools.Time.GetUtcNow().ToUnixTimeMilliseconds();
}
