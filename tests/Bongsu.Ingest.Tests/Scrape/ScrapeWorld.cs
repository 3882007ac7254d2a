using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using Bongsu.Ingest.Scrape;
using Bongsu.Ingest.Scrape.Exposed;
using Bongsu.Ingest.Scrape.Fetch;
using Bongsu.Ingest.Scrape.Jobs;
using Bongsu.Ingest.Scrape.Targets;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;
using Bongsu.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bongsu.Ingest.Tests.Scrape;

/// <summary>Scraping over a store in memory, targets in memory and a clock moved by hand.</summary>
internal sealed class ScrapeWorld : IAsyncDisposable
{
    public const string PlainText = "text/plain; version=0.0.4; charset=utf-8";
    public const string OpenMetrics = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    public const string Protobuf = "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited";

    private readonly ScrapeTools _tools;
    private readonly List<TargetLoop> _loops = [];

    public ScrapeWorld(IngestOptions? ingest = null, ScrapeLimits? limits = null)
    {
        Ingest = new IngestService(Store, ingest ?? new IngestOptions(), Time, NullLogger<IngestService>.Instance);
        var options = new ScraperOptions { UserAgent = "bongsu/test", Handler = _ => new TargetsInMemory(this), Limits = limits ?? new ScrapeLimits() };
        _tools = new ScrapeTools(Ingest, options, Time, NullLogger.Instance);
        Scraper = new Scraper(Ingest, options, Time, NullLogger<Scraper>.Instance);
    }

    public ManualTime Time { get; } = new();
    public MemoryStore Store { get; } = new();
    public IngestService Ingest { get; }
    public Scraper Scraper { get; }

    /// <summary>What a target answers, by host; by default every one answers 404.</summary>
    public Dictionary<string, Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>>> Targets { get; } = [];

    public List<HttpRequestMessage> Requests { get; } = [];

    /// <summary>Scrapes that were begun.</summary>
    public int Scrapes
    {
        get
        {
            lock (Requests)
                return Requests.Count(r => r.RequestUri!.AbsolutePath == "/metrics");
        }
    }

    public static ScrapeJob Job(string name = "job") => new() { Name = name, Fingerprint = name, Interval = TimeSpan.FromSeconds(15), StaticTargets = [new TargetGroup("test", ["t:1"], new Dictionary<string, string>())] };

    public void Answer(string host, string body, string type = PlainText) => Answer(host, Encoding.UTF8.GetBytes(body), type);

    public void Answer(string host, byte[] body, string type, string? encoding = null) => Targets[host] = (_, _) =>
    {
        var response = new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(body) };
        if (type.Length > 0)
            response.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        if (encoding is not null)
            response.Content.Headers.ContentEncoding.Add(encoding);
        return Task.FromResult(response);
    };

    /// <summary>The loop of the one target of a job, whose scrapes the test makes itself.</summary>
    public TargetLoop Loop(ScrapeJob job, TargetState? state = null)
    {
        var (targets, _, problems) = TargetBuilder.Build(job, job.StaticTargets);
        Assert.Empty(problems);
        var client = new ScrapeClient(job, new TargetsInMemory(this), _tools.Options.Limits, Ingest.Options.Limits, _tools.Bodies, _tools.Options.UserAgent, Time);
        var loop = new TargetLoop(Assert.Single(targets), state ?? new TargetState(), job, client, _tools);
        _loops.Add(loop);
        return loop;
    }

    /// <summary>One scrape now.</summary>
    public async Task<TargetStatus> ScrapeAsync(TargetLoop loop)
    {
        await loop.ScrapeAsync(Time.NowMs, CancellationToken.None);
        return loop.Status;
    }

    /// <summary>Every sample of a metric as <c>labels second=value …</c>, seconds since the world began.</summary>
    public string Stored(string metric) => string.Join('\n', Read(metric));

    public List<string> Names()
    {
        using var selection = Store.SelectAsync(new SeriesSelect(long.MinValue / 4, long.MaxValue / 4, []), default).AsTask().Result;
        return [.. Enumerable.Range(0, selection.Count).Select(i => selection.Labels(i).ToString()).Order(StringComparer.Ordinal)];
    }

    public IEnumerable<(LabelSet Labels, SampleColumns Samples)> Series(string metric)
    {
        using var selection = Store.SelectAsync(new SeriesSelect(long.MinValue / 4, long.MaxValue / 4, [new LabelMatcher(Bongsu.Telemetry.Labels.MatchType.Equal, "__name__", metric)]), default).AsTask().Result;
        using var reader = selection.OpenReader();
        for (var i = 0; i < selection.Count; i++)
        {
            var columns = new SampleColumns();
            reader.Read(i, columns);
            yield return (selection.Labels(i), columns);
        }
    }

    /// <summary>Waits for what other threads do; the clock stands still meanwhile.</summary>
    public static async Task UntilAsync(Func<bool> isSo)
    {
        var waited = Stopwatch.StartNew();
        while (!isSo())
        {
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(30), "what was waited for did not happen");
            // Why no mere yield: the clock is moved between looks, and would run ahead of a scrape that has begun but not asked yet.
            await Task.Delay(1);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var loop in _loops)
            await loop.StopAsync();
        await Scraper.DisposeAsync();
    }

    private List<string> Read(string metric)
    {
        var start = new ManualTime().NowMs;
        var lines = new List<string>();
        foreach (var (labels, samples) in Series(metric))
        {
            var text = new StringBuilder(labels.ToString());
            for (var i = 0; i < samples.TimesMs.Count; i++)
            {
                var value = samples.Values[i];
                text.Append(CultureInfo.InvariantCulture, $" {(samples.TimesMs[i] - start) / 1000.0}={(SampleValues.IsStale(value) ? "stale" : value.ToString("R", CultureInfo.InvariantCulture))}");
            }
            lines.Add(text.ToString());
        }
        lines.Sort(StringComparer.Ordinal);
        return lines;
    }

    private sealed class TargetsInMemory(ScrapeWorld world) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            lock (world.Requests)
                world.Requests.Add(request);
            return world.Targets.TryGetValue(request.RequestUri!.Host, out var answer) ? answer(request, cancellationToken) : Task.FromResult(new HttpResponseMessage(HttpStatusCode.NotFound));
        }
    }
}
