using System.Security.Cryptography;
using Bongsu.Ingest.Scrape.Exposed;
using Bongsu.Ingest.Scrape.Fetch;
using Bongsu.Ingest.Scrape.Jobs;
using Bongsu.Ingest.Scrape.Targets;
using Bongsu.Telemetry.Labels;
using Microsoft.Extensions.Logging;

namespace Bongsu.Ingest.Scrape;

/// <summary>
/// Scrapes the targets of all jobs into the ingest pipeline. Jobs are exchanged while it runs: one that has not changed goes on as it was, and the targets
/// of one that has keep their history. Thread-safe.
/// </summary>
public sealed class Scraper : IAsyncDisposable
{
    private readonly ScrapeTools _tools;
    private readonly SemaphoreSlim _turn = new(1);
    private readonly Dictionary<string, ScrapePool> _pools = [];
    private IReadOnlyList<ScrapePool> _running = [];

    public Scraper(IngestService ingest, ScraperOptions options, TimeProvider time, ILogger<Scraper> log) => _tools = new ScrapeTools(ingest, options, time, log);

    /// <summary>All jobs by name, as they stand.</summary>
    public IReadOnlyList<PoolStatus> Pools => [.. Volatile.Read(ref _running).Select(p => p.Status)];

    /// <summary>What the targets say of their metrics.</summary>
    public IEnumerable<TargetFamily> Families => Volatile.Read(ref _running).SelectMany(p => p.Families());

    /// <summary>
    /// Exchanges the jobs. All certificates are read first: when one cannot be, nothing changes, and each sentence of the answer says why.
    /// </summary>
    public async Task<IReadOnlyList<string>> ApplyAsync(IReadOnlyList<ScrapeJob> jobs)
    {
        await _turn.WaitAsync();
        try
        {
            var changed = jobs.Where(j => _pools.GetValueOrDefault(j.Name)?.Job.Fingerprint != j.Fingerprint).ToList();
            var problems = new List<string>();
            var handlers = new Dictionary<string, HttpMessageHandler>();
            foreach (var job in changed)
            {
                if (Connect(job.Name, job.Http, problems) is { } handler)
                    handlers[job.Name] = handler;
                foreach (var discovery in job.HttpDiscoveries)
                    Connect(job.Name, discovery.Http, problems)?.Dispose();
            }
            if (problems.Count > 0)
            {
                foreach (var handler in handlers.Values)
                    handler.Dispose();
                return problems;
            }
            await ExchangeAsync(jobs, changed, handlers);
            return [];
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Ends all scrapes. Series are not ended: the server may be back within a moment.</summary>
    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync();
        var stopping = _pools.Values.Select(p => p.StopAsync()).ToList();
        _pools.Clear();
        Volatile.Write(ref _running, []);
        await Task.WhenAll(stopping);
        _turn.Release();
    }

    /// <summary>What is wrong with the certificates and keys of a connection; null when nothing is.</summary>
    public static string? Check(ScrapeHttp http)
    {
        try
        {
            ScrapeHandler.Create(http, new ScrapeLimits()).Dispose();
            return null;
        }
        catch (Exception e) when (e is IOException or CryptographicException or ArgumentException)
        {
            return e.Message;
        }
    }

    private HttpMessageHandler? Connect(string job, ScrapeHttp http, List<string> problems)
    {
        try
        {
            return _tools.Options.Handler?.Invoke(http) ?? ScrapeHandler.Create(http, _tools.Options.Limits);
        }
        catch (Exception e) when (e is IOException or CryptographicException or ArgumentException)
        {
            problems.Add($"job \"{job}\": tls_config: {e.Message}");
            return null;
        }
    }

    private async Task ExchangeAsync(IReadOnlyList<ScrapeJob> jobs, List<ScrapeJob> changed, Dictionary<string, HttpMessageHandler> handlers)
    {
        var wanted = jobs.Select(j => j.Name).ToHashSet();
        foreach (var (name, pool) in _pools.Where(p => !wanted.Contains(p.Key)).ToList())
        {
            _pools.Remove(name);
            foreach (var state in (await pool.StopAsync()).Values)
                await ScrapePool.RetireAsync(state, _tools);
        }
        foreach (var job in changed)
        {
            var states = new Dictionary<LabelSet, TargetState>();
            if (_pools.Remove(job.Name, out var before))
                states = await before.StopAsync();
            foreach (var state in states.Values)
                state.Series.ForgetLines();
            var pool = _pools[job.Name] = new ScrapePool(job, _tools, handlers[job.Name], states, before);
            await pool.StartAsync();
        }
        Volatile.Write(ref _running, [.. _pools.Values.OrderBy(p => p.Job.Name, StringComparer.Ordinal)]);
    }
}
