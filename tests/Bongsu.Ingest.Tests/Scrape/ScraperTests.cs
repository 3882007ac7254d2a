using System.Net;
using System.Text;
using Bongsu.Ingest.Scrape.Jobs;
using Bongsu.Ingest.Scrape.Relabel;
using Bongsu.Ingest.Scrape.Targets;

namespace Bongsu.Ingest.Tests.Scrape;

public sealed class ScraperTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task Targets_are_scraped_once_an_interval_at_even_steps()
    {
        await using var world = new ScrapeWorld();
        world.Answer("t", "a 1\n");
        var offsetMs = (long)(TargetBuilder.Build(ScrapeWorld.Job(), ScrapeWorld.Job().StaticTargets).Targets[0].Hash % 15_000);
        Assert.Empty(await world.Scraper.ApplyAsync([ScrapeWorld.Job()]));
        world.Time.Advance(TimeSpan.FromMilliseconds(offsetMs - world.Time.NowMs % 15_000 + 15_000));
        for (var samples = 1; samples <= 3; samples++)
        {
            // From here on the clock stands on the target's moments alone.
            while (world.Series("up").Sum(s => s.Samples.TimesMs.Count) < samples)
            {
                world.Time.Advance(Interval);
                await Task.Yield();
            }
        }
        var times = Assert.Single(world.Series("up")).Samples.TimesMs.Span.ToArray();
        Assert.Equal(times.Length, times.Distinct().Count());
        Assert.All(times, t => Assert.Equal(offsetMs, t % 15_000));
    }

    [Fact]
    public void Targets_of_a_job_are_spread_over_the_interval()
    {
        var moments = new HashSet<ulong>();
        foreach (var i in Enumerable.Range(0, 200))
        {
            var (targets, _, _) = TargetBuilder.Build(ScrapeWorld.Job(), [new TargetGroup("", [$"t{i}:9100"], new Dictionary<string, string>())]);
            moments.Add(targets[0].Hash % 15_000 / 1500);
        }
        Assert.Equal(10, moments.Count);
    }

    [Fact]
    public async Task A_target_that_goes_ends_its_series()
    {
        await using var world = new ScrapeWorld();
        world.Answer("t", "a 1\n");
        await world.Scraper.ApplyAsync([ScrapeWorld.Job()]);
        await RoundAsync(world, 1);
        await world.Scraper.ApplyAsync([]);
        Assert.EndsWith("=stale", world.Stored("a"));
        Assert.EndsWith("=stale", world.Stored("up"));
        Assert.Empty(world.Scraper.Pools);
    }

    [Fact]
    public async Task A_changed_job_goes_on_with_its_series_and_ends_those_it_no_longer_keeps()
    {
        await using var world = new ScrapeWorld();
        world.Answer("t", "a 1\nb 1\n");
        await world.Scraper.ApplyAsync([ScrapeWorld.Job()]);
        await RoundAsync(world, 1);
        await world.Scraper.ApplyAsync([ScrapeWorld.Job() with
        {
            Fingerprint = "changed",
            MetricRelabelRules = [RelabelRule.Create(new() { SourceLabels = ["__name__"], Regex = "b", Action = RelabelAction.Drop }, out _)!],
        }]);
        Assert.DoesNotContain("stale", world.Stored("a"));
        await RoundAsync(world, 2);
        Assert.DoesNotContain("stale", world.Stored("a") + world.Stored("up"));
        Assert.EndsWith("=stale", world.Stored("b"));
    }

    [Fact]
    public async Task Too_many_targets_fail_all_of_the_job()
    {
        await using var world = new ScrapeWorld();
        world.Answer("t", "a 1\n");
        await world.Scraper.ApplyAsync([ScrapeWorld.Job() with { TargetLimit = 1, StaticTargets = [Group("t:1", "t:2")] }]);
        await RoundAsync(world, 1, targets: 2);
        Assert.All(world.Scraper.Pools[0].Targets, t => Assert.Equal("target_limit exceeded (number of targets: 2, limit: 1)", t.LastError));
        Assert.Empty(world.Requests);
    }

    [Fact]
    public async Task Rules_make_drop_and_address_targets()
    {
        await using var world = new ScrapeWorld();
        RelabelRule Rule(RelabelRuleText text) => RelabelRule.Create(text, out _)!;
        await world.Scraper.ApplyAsync([ScrapeWorld.Job() with
        {
            MetricsPath = "/probe",
            Parameters = [new("module", "http_2xx"), new("api_token", "s3cret")],
            StaticTargets = [Group("https://shop.example/a b".Replace(" ", "%20"), "skip")],
            RelabelRules =
            [
                Rule(new() { SourceLabels = ["__address__"], Regex = "skip", Action = RelabelAction.Drop }),
                Rule(new() { SourceLabels = ["__address__"], TargetLabel = "__param_target" }),
                Rule(new() { SourceLabels = ["__param_target"], TargetLabel = "instance" }),
                Rule(new() { TargetLabel = "__address__", Replacement = "blackbox:9115" }),
                Rule(new() { TargetLabel = "__scrape_interval__", Replacement = "30s" }),
            ],
        }]);
        var pool = Assert.Single(world.Scraper.Pools);
        var target = Assert.Single(pool.Targets);
        Assert.Equal("http://blackbox:9115/probe?module=http_2xx&api_token=<secret>&target=https%3A%2F%2Fshop.example%2Fa%2520b", target.Url);
        Assert.Equal("https://shop.example/a%20b", target.Labels["instance"]);
        Assert.Equal(TimeSpan.FromSeconds(30), target.Interval);
        Assert.Equal("<secret>", target.Discovered["__param_api_token"]);
        Assert.Equal(("skip", 1), (Assert.Single(pool.Dropped).Discovered["__address__"], pool.DroppedCount));
    }

    [Theory]
    [InlineData("__address__", "a/b", "\"a/b\" is not a valid hostname")]
    [InlineData("__address__", "", "no address")]
    [InlineData("__scheme__", "ftp", "scheme \"ftp\" is neither http nor https")]
    [InlineData("__scrape_timeout__", "1h", "scrape timeout cannot be greater than scrape interval (\"1h\" > \"15s\")")]
    [InlineData("__scrape_interval__", "0s", "scrape interval cannot be 0")]
    [InlineData("__scrape_interval__", "x", "error parsing scrape interval: \"x\" is not a duration")]
    public void Targets_that_cannot_be_are_named(string label, string value, string problem)
    {
        var rule = RelabelRule.Create(new() { TargetLabel = label, Replacement = value }, out _)!;
        var (targets, _, problems) = TargetBuilder.Build(ScrapeWorld.Job() with { RelabelRules = [rule] }, [Group("t:1")]);
        Assert.Empty(targets);
        Assert.Equal($"test: target \"t:1\": {problem}", Assert.Single(problems));
    }

    [Fact]
    public async Task Files_name_targets_and_are_read_again_when_they_change()
    {
        var directory = Directory.CreateTempSubdirectory("bongsu-sd");
        try
        {
            await using var world = new ScrapeWorld();
            var file = Path.Combine(directory.FullName, "a.json");
            File.WriteAllText(file, "[{\"targets\":[\"one:1\"],\"labels\":{\"env\":\"prod\"}}]");
            await world.Scraper.ApplyAsync([ScrapeWorld.Job() with { StaticTargets = [], FileDiscoveries = [new FileDiscovery([Path.Combine(directory.FullName, "*.json")], TimeSpan.FromMinutes(5))] }]);
            var target = Assert.Single(world.Scraper.Pools[0].Targets);
            Assert.Equal(("prod", file), (target.Labels["env"], target.Discovered["__meta_filepath"]));

            File.WriteAllText(file, "[{\"targets\":[\"one:1\",\"two:1\"]}]");
            await WithTimeAsync(world, TimeSpan.FromSeconds(5), () => world.Scraper.Pools[0].Targets.Count == 2);

            File.WriteAllText(file, "[{\"targets\": broken");
            await WithTimeAsync(world, TimeSpan.FromSeconds(5), () => world.Scraper.Pools[0].Problems.Count == 1);
            Assert.Equal(2, world.Scraper.Pools[0].Targets.Count);
            Assert.Equal($"{file}: line 1, byte 14: not valid JSON", world.Scraper.Pools[0].Problems[0]);

            File.Delete(file);
            await WithTimeAsync(world, TimeSpan.FromSeconds(5), () => world.Scraper.Pools[0].Targets.Count == 0);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Answers_name_targets_and_a_bad_one_changes_nothing()
    {
        await using var world = new ScrapeWorld();
        world.Answer("sd", "[{\"targets\":[\"one:1\"],\"labels\":{\"__meta_x\":\"y\",\"env\":\"prod\"}}]", "application/json; charset=utf-8");
        var job = ScrapeWorld.Job() with { StaticTargets = [], HttpDiscoveries = [new HttpDiscovery(new Uri("http://sd/targets"), TimeSpan.FromMinutes(1), new ScrapeHttp { AuthorizationCredentials = Secret.OfValue("s3cret") })] };
        await world.Scraper.ApplyAsync([job]);
        await ScrapeWorld.UntilAsync(() => world.Scraper.Pools[0].Targets.Count == 1);
        Assert.Equal("Bearer s3cret", world.Requests[0].Headers.Authorization!.ToString());
        Assert.Equal("http://sd/targets", world.Scraper.Pools[0].Targets[0].Discovered["__meta_url"]);
        foreach (var (body, type, problem) in new List<(string, string, string)> {
            ("[{}", "application/json", "http://sd/targets: line 1, byte 4: not valid JSON"),
            ("{}", "application/json", "http://sd/targets: it is not a list of target groups"),
            ("[{\"targets\":[1]}]", "application/json", "http://sd/targets: group 1: target 1 is not a text"),
            ("[{\"targets\":[\"a b\"]}]", "application/json", "http://sd/targets: group 1: target \"a b\" has a space or control character in it"),
            ("[{\"targets\":[],\"labels\":{\"\":\"x\"}}]", "application/json", "http://sd/targets: group 1: \"\" is not a valid label name"),
            ("[{\"other\":1}]", "application/json", "http://sd/targets: group 1 has the unknown member \"other\"; known are targets and labels"),
            ("[]", "text/html", "http://sd/targets: unsupported content type \"text/html\"; it must be application/json") })
        {
            world.Answer("sd", body, type);
            await WithTimeAsync(world, TimeSpan.FromMinutes(1), () => world.Scraper.Pools[0].Problems is [var found] && found == problem);
            Assert.Single(world.Scraper.Pools[0].Targets);
        }
        await world.Scraper.ApplyAsync([job with { Fingerprint = "changed" }]);
        Assert.Single(world.Scraper.Pools[0].Targets);
    }

    [Fact]
    public void Any_answer_is_taken_or_refused() => Properties.Hold<string>(text =>
    {
        try
        {
            Ingest.Scrape.Discovery.TargetGroupJson.Parse(Encoding.UTF8.GetBytes($"[{{\"targets\":[\"{text}\"],\"labels\":{text}}}]"), "s", new Ingest.Scrape.ScrapeLimits(), ("m", "v"));
        }
        catch (FormatException)
        {
        }
        return true;
    });

    [Fact]
    public async Task A_target_that_hangs_does_not_hold_up_another()
    {
        await using var world = new ScrapeWorld();
        world.Answer("t", "a 1\n");
        world.Targets["hangs"] = async (_, cancellationToken) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            return new HttpResponseMessage(HttpStatusCode.OK);
        };
        await world.Scraper.ApplyAsync([ScrapeWorld.Job() with { StaticTargets = [Group("t:1", "hangs:1")] }]);
        world.Time.Advance(Interval);
        await ScrapeWorld.UntilAsync(() => world.Scraper.Pools[0].Targets.Any(t => t.Health == TargetHealth.Up));
        await WithTimeAsync(world, TimeSpan.FromSeconds(1), () => world.Scraper.Pools[0].Targets.All(t => t.Health != TargetHealth.Unknown));
    }

    [Fact]
    public async Task Metadata_of_targets_can_be_asked_for()
    {
        await using var world = new ScrapeWorld();
        world.Answer("t", "# TYPE a counter\n# HELP a words\na 1\n");
        await world.Scraper.ApplyAsync([ScrapeWorld.Job()]);
        await RoundAsync(world, 1);
        var family = Assert.Single(world.Scraper.Families);
        Assert.Equal(("a", "words", "t:1"), (family.Metadata.Name, family.Metadata.Help, family.Target["instance"]));
    }

    [Fact]
    public void Durations_are_those_of_Prometheus()
    {
        foreach (var (text, seconds) in new (string, double)[] { ("15s", 15), ("1m30s", 90), ("2h", 7200), ("1d", 86400), ("1w", 604800), ("500ms", 0.5) })
        {
            Assert.True(ScrapeDuration.TryParse(text, out var duration));
            Assert.Equal((seconds, text), (duration.TotalSeconds, ScrapeDuration.Format(duration)));
        }
        foreach (var text in (string[])["", "5", "s", "1s1m", "1x", "1.5s", "99999999999y"])
            Assert.False(ScrapeDuration.TryParse(text, out _));
    }

    private static TargetGroup Group(params string[] addresses) => new("test", addresses, new Dictionary<string, string>());

    private static Task RoundAsync(ScrapeWorld world, int round, int targets = 1) => ScrapeWorld.UntilAsync(() =>
    {
        var scraped = world.Series("up").Sum(s => s.Samples.TimesMs.Count);
        if (scraped >= round * targets && world.Scraper.Pools.SelectMany(p => p.Targets).All(t => t.Health != TargetHealth.Unknown))
            return true;
        // Why: time that passes while a scrape is under way would run into its timeout.
        if (world.Scrapes <= scraped)
            world.Time.Advance(TimeSpan.FromSeconds(1));
        return false;
    });

    // Why in steps: a loop that has just done its work may not have asked the clock for its next moment yet.
    private static Task WithTimeAsync(ScrapeWorld world, TimeSpan step, Func<bool> isSo) => ScrapeWorld.UntilAsync(() =>
    {
        world.Time.Advance(step);
        return isSo();
    });
}
