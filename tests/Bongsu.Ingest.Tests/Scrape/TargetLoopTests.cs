using System.IO.Compression;
using System.Net;
using System.Text;
using Bongsu.Ingest.Scrape.Jobs;
using Bongsu.Ingest.Scrape.Relabel;
using Bongsu.Ingest.Scrape.Targets;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Ingest.Tests.Scrape;

public sealed class TargetLoopTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task A_scrape_stores_samples_and_reports_about_itself()
    {
        await using var world = new ScrapeWorld();
        world.Answer("t", "# TYPE a counter\n# HELP a words\na{x=\"1\"} 1\na{x=\"2\"} 2\n");
        var status = await world.ScrapeAsync(world.Loop(ScrapeWorld.Job()));
        Assert.Equal((TargetHealth.Up, ""), (status.Health, status.LastError));
        Assert.Equal("a{instance=\"t:1\", job=\"job\", x=\"1\"} 0=1\na{instance=\"t:1\", job=\"job\", x=\"2\"} 0=2", world.Stored("a"));
        Assert.Equal("up{instance=\"t:1\", job=\"job\"} 0=1", world.Stored("up"));
        Assert.Equal("scrape_samples_scraped{instance=\"t:1\", job=\"job\"} 0=2", world.Stored("scrape_samples_scraped"));
        Assert.Equal("scrape_samples_post_metric_relabeling{instance=\"t:1\", job=\"job\"} 0=2", world.Stored("scrape_samples_post_metric_relabeling"));
        Assert.Equal("scrape_series_added{instance=\"t:1\", job=\"job\"} 0=2", world.Stored("scrape_series_added"));
        Assert.Equal("scrape_duration_seconds{instance=\"t:1\", job=\"job\"} 0=0", world.Stored("scrape_duration_seconds"));
        Assert.Equal(new MetricMetadata("a", MetricType.Counter, "", "words"), Assert.Single(await world.Store.MetadataAsync(default)));
    }

    [Fact]
    public async Task A_series_that_goes_ends_with_a_staleness_marker_and_may_come_back()
    {
        await using var world = new ScrapeWorld();
        var loop = world.Loop(ScrapeWorld.Job());
        foreach (var body in (string[])["a 1\nb 1\n", "a 2\n", "a 3\n", "b 4\na 4\n"])
        {
            world.Answer("t", body);
            await world.ScrapeAsync(loop);
            world.Time.Advance(Interval);
        }
        Assert.Equal("a{instance=\"t:1\", job=\"job\"} 0=1 15=2 30=3 45=4", world.Stored("a"));
        Assert.Equal("b{instance=\"t:1\", job=\"job\"} 0=1 15=stale 45=4", world.Stored("b"));
    }

    [Fact]
    public async Task A_scrape_that_fails_ends_all_series_once()
    {
        await using var world = new ScrapeWorld();
        var loop = world.Loop(ScrapeWorld.Job());
        world.Answer("t", "a 1\n");
        await world.ScrapeAsync(loop);
        world.Answer("t", "a 2\nbroken\n");
        world.Time.Advance(Interval);
        var status = await world.ScrapeAsync(loop);
        Assert.Equal((TargetHealth.Down, "line 2, column 7: the value is missing"), (status.Health, status.LastError));
        world.Targets.Remove("t");
        world.Time.Advance(Interval);
        Assert.Equal("server returned HTTP status 404 Not Found", (await world.ScrapeAsync(loop)).LastError);
        world.Answer("t", "a 3\n");
        world.Time.Advance(Interval);
        await world.ScrapeAsync(loop);
        Assert.Equal("a{instance=\"t:1\", job=\"job\"} 0=1 15=stale 45=3", world.Stored("a"));
        Assert.Equal("up{instance=\"t:1\", job=\"job\"} 0=1 15=0 30=0 45=1", world.Stored("up"));
    }

    [Fact]
    public async Task Labels_of_the_target_win_unless_those_shown_are_honored()
    {
        await using var world = new ScrapeWorld();
        world.Answer("t", "a{job=\"own\",exported_job=\"older\",instance=\"\"} 1\n");
        await world.ScrapeAsync(world.Loop(ScrapeWorld.Job()));
        Assert.Equal("a{exported_exported_job=\"own\", exported_job=\"older\", instance=\"t:1\", job=\"job\"} 0=1", world.Stored("a"));

        await using var honoring = new ScrapeWorld();
        honoring.Answer("t", "a{job=\"own\",instance=\"\"} 1\nb 2\n");
        await honoring.ScrapeAsync(honoring.Loop(ScrapeWorld.Job() with { HonorLabels = true }));
        Assert.Equal("a{job=\"own\"} 0=1", honoring.Stored("a"));
        Assert.Equal("b{instance=\"t:1\", job=\"job\"} 0=2", honoring.Stored("b"));
    }

    [Fact]
    public async Task Times_that_are_shown_are_honored_and_such_series_do_not_end_stale()
    {
        await using var world = new ScrapeWorld();
        var loop = world.Loop(ScrapeWorld.Job());
        var at = world.Time.NowMs - 5000;
        world.Answer("t", $"a 1 {at}\n");
        await world.ScrapeAsync(loop);
        world.Answer("t", "b 1\n");
        world.Time.Advance(Interval);
        await world.ScrapeAsync(loop);
        Assert.Equal("a{instance=\"t:1\", job=\"job\"} -5=1", world.Stored("a"));

        await using var ignoring = new ScrapeWorld();
        ignoring.Answer("t", $"a 1 {at}\n");
        await ignoring.ScrapeAsync(ignoring.Loop(ScrapeWorld.Job() with { HonorTimestamps = false }));
        Assert.Equal("a{instance=\"t:1\", job=\"job\"} 0=1", ignoring.Stored("a"));
    }

    [Fact]
    public async Task Rules_drop_and_rename_and_the_reports_tell()
    {
        await using var world = new ScrapeWorld();
        world.Answer("t", "a{x=\"1\"} 1\ndebug_a 2\n");
        await world.ScrapeAsync(world.Loop(ScrapeWorld.Job() with
        {
            MetricRelabelRules =
            [
                RelabelRule.Create(new() { SourceLabels = ["__name__"], Regex = "debug_.*", Action = RelabelAction.Drop }, out _)!,
                RelabelRule.Create(new() { Regex = "x", Action = RelabelAction.LabelDrop }, out _)!,
            ],
        }));
        Assert.Equal("a{instance=\"t:1\", job=\"job\"} 0=1", world.Stored("a"));
        Assert.Equal("", world.Stored("debug_a"));
        Assert.EndsWith("=2", world.Stored("scrape_samples_scraped"));
        Assert.EndsWith("=1", world.Stored("scrape_samples_post_metric_relabeling"));
    }

    [Fact]
    public async Task A_series_shown_twice_counts_once()
    {
        await using var world = new ScrapeWorld();
        world.Answer("t", "a{x=\"1\",y=\"2\"} 1\na{y=\"2\",x=\"1\"} 2\na{x=\"1\",y=\"2\"} 3\n");
        await world.ScrapeAsync(world.Loop(ScrapeWorld.Job()));
        Assert.EndsWith(" 0=1", world.Stored("a"));
    }

    [Theory]
    [InlineData("sample limit exceeded: more than 1 samples after relabelling", "a 1\nb 2\n", 1, 0, 0, 0)]
    [InlineData("line 1, column 1: label_limit exceeded (metric: a, number of labels: 4, limit: 3)", "a{x=\"1\"} 1\n", 0, 3, 0, 0)]
    [InlineData("line 1, column 1: label_name_length_limit exceeded (metric: a, label name: long_name, length: 9, limit: 8)", "a{long_name=\"1\"} 1\n", 0, 0, 8, 0)]
    [InlineData("line 1, column 1: label_value_length_limit exceeded (metric: a, label name: x, length: 4, limit: 3)", "a{x=\"long\"} 1\n", 0, 0, 0, 3)]
    public async Task Limits_fail_the_scrape(string error, string body, int samples, int labels, int nameLength, int valueLength)
    {
        await using var world = new ScrapeWorld();
        world.Answer("t", body);
        var job = ScrapeWorld.Job() with { SampleLimit = samples, LabelLimit = labels, LabelNameLengthLimit = nameLength, LabelValueLengthLimit = valueLength };
        Assert.Equal(error, (await world.ScrapeAsync(world.Loop(job))).LastError);
        Assert.Equal("", world.Stored("a"));
        Assert.EndsWith("=0", world.Stored("up"));
    }

    [Fact]
    public async Task A_body_over_the_limit_is_refused_inflated_too()
    {
        await using var world = new ScrapeWorld();
        var job = ScrapeWorld.Job() with { BodySizeLimit = 1000 };
        world.Answer("t", new string('\n', 1001));
        Assert.Equal("body size limit exceeded: more than 1000 bytes", (await world.ScrapeAsync(world.Loop(job))).LastError);
        world.Answer("t", Gzip(new byte[1_000_000]), ScrapeWorld.PlainText, "gzip");
        Assert.Equal("body size limit exceeded: more than 1000 bytes", (await world.ScrapeAsync(world.Loop(job))).LastError);
        Assert.Equal(0, world.Ingest.Counters.Snapshot().InflightBytes);
    }

    [Fact]
    public async Task Gzip_is_taken_and_half_of_it_is_not()
    {
        await using var world = new ScrapeWorld();
        var body = Gzip("a 1\n"u8.ToArray());
        var loop = world.Loop(ScrapeWorld.Job());
        world.Answer("t", body, ScrapeWorld.PlainText, "gzip");
        Assert.Equal("", (await world.ScrapeAsync(loop)).LastError);
        world.Answer("t", body[..^6], ScrapeWorld.PlainText, "gzip");
        Assert.StartsWith("malformed gzip", (await world.ScrapeAsync(loop)).LastError);
        world.Answer("t", body, ScrapeWorld.PlainText, "br");
        Assert.Equal("the body has the Content-Encoding \"br\", which was not asked for", (await world.ScrapeAsync(loop)).LastError);
    }

    [Fact]
    public async Task A_target_that_never_answers_is_given_up_at_the_timeout()
    {
        await using var world = new ScrapeWorld();
        world.Targets["t"] = async (_, cancellationToken) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            throw new InvalidOperationException();
        };
        var scrape = world.ScrapeAsync(world.Loop(ScrapeWorld.Job() with { Timeout = TimeSpan.FromSeconds(5) }));
        Assert.False(scrape.IsCompleted);
        world.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("the target did not answer within the scrape timeout of 5s", (await scrape).LastError);
        Assert.EndsWith("=0", world.Stored("up"));
    }

    [Fact]
    public async Task A_body_that_trickles_is_given_up_at_the_timeout()
    {
        await using var world = new ScrapeWorld();
        world.Targets["t"] = (_, _) =>
        {
            var response = new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(new TricklingStream()) };
            response.Content.Headers.TryAddWithoutValidation("Content-Type", ScrapeWorld.PlainText);
            return Task.FromResult(response);
        };
        var scrape = world.ScrapeAsync(world.Loop(ScrapeWorld.Job() with { Timeout = TimeSpan.FromSeconds(5) }));
        world.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("the target did not answer within the scrape timeout of 5s", (await scrape).LastError);
        Assert.Equal(0, world.Ingest.Counters.Snapshot().InflightBytes);
    }

    [Fact]
    public async Task The_request_says_what_Prometheus_says()
    {
        await using var world = new ScrapeWorld();
        world.Answer("t", "a 1\n");
        await world.ScrapeAsync(world.Loop(ScrapeWorld.Job() with
        {
            Protocols = ScrapeJob.AllProtocols,
            Parameters = [new("module", "http 2xx"), new("a", "1"), new("a", "2")],
            Http = new ScrapeHttp { BasicUser = "u", BasicPassword = Secret.OfValue("p") },
        }));
        var request = Assert.Single(world.Requests);
        Assert.Equal("http://t:1/metrics?module=http%202xx&a=1&a=2", request.RequestUri!.AbsoluteUri);
        Assert.Equal("application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,"
            + "application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1", string.Join(",", request.Headers.GetValues("Accept")).Replace(", ", ",").Replace("; ", ";"));
        Assert.Equal("gzip", Assert.Single(request.Headers.GetValues("Accept-Encoding")));
        Assert.Equal("10", Assert.Single(request.Headers.GetValues("X-Prometheus-Scrape-Timeout-Seconds")));
        Assert.Equal("bongsu/test", Assert.Single(request.Headers.GetValues("User-Agent")));
        Assert.Equal("Basic dTpw", request.Headers.Authorization!.ToString());
    }

    [Fact]
    public async Task A_body_of_no_known_type_is_read_only_with_a_fallback()
    {
        await using var world = new ScrapeWorld();
        world.Answer("t", "a 1\n"u8.ToArray(), "");
        Assert.Equal("non-compliant scrape target sending blank Content-Type and no fallback_scrape_protocol specified for target", (await world.ScrapeAsync(world.Loop(ScrapeWorld.Job()))).LastError);
        world.Answer("t", "<html>", "text/html");
        Assert.Equal("received unsupported Content-Type \"text/html\" and no fallback_scrape_protocol specified for target", (await world.ScrapeAsync(world.Loop(ScrapeWorld.Job()))).LastError);
        world.Answer("t", "a 1\n"u8.ToArray(), "");
        Assert.Equal("", (await world.ScrapeAsync(world.Loop(ScrapeWorld.Job() with { FallbackProtocol = ScrapeProtocol.PrometheusText0_0_4 }))).LastError);
    }

    [Fact]
    public async Task OpenMetrics_tells_when_counters_began_and_gives_exemplars_once()
    {
        await using var world = new ScrapeWorld();
        var loop = world.Loop(ScrapeWorld.Job());
        const string Body = "# TYPE a counter\n# HELP a words\na_total{x=\"1\"} 5 # {trace_id=\"t1\"} 1\na_created{x=\"1\"} 1700000000.5\na_total{x=\"2\"} 6\n# EOF\n";
        world.Answer("t", Body, ScrapeWorld.OpenMetrics);
        Assert.Equal("", (await world.ScrapeAsync(loop)).LastError);
        world.Time.Advance(Interval);
        await world.ScrapeAsync(loop);
        var starts = world.Series("a_total").ToDictionary(s => s.Labels.Get("x")!, s => s.Samples.StartTimesMs.Span.ToArray());
        Assert.Equal([1_700_000_000_500, 1_700_000_000_500], starts["1"]);
        Assert.True(starts["2"] is [] or [0, 0]);
        Assert.Equal("a_created{instance=\"t:1\", job=\"job\", x=\"1\"} 0=1700000000.5 15=1700000000.5", world.Stored("a_created"));
        var exemplars = await world.Store.ExemplarsAsync(new SeriesSelect(0, long.MaxValue / 4, []), default);
        Assert.Equal("{trace_id=\"t1\"}", Assert.Single(Assert.Single(exemplars).Exemplars).Labels.ToString());
    }

    [Fact]
    public async Task Bounds_have_one_spelling_whatever_the_form()
    {
        await using var world = new ScrapeWorld();
        world.Answer("t", "# TYPE h histogram\nh_bucket{le=\"1\"} 1\nh_bucket{le=\"1000000\"} 1\nh_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count 1\n# TYPE s summary\ns{quantile=\"0.50\"} 1\n# TYPE g gauge\ng{le=\"1\"} 1\n");
        await world.ScrapeAsync(world.Loop(ScrapeWorld.Job()));
        Assert.Equal(["+Inf", "1.0", "1e+06"], world.Series("h_bucket").Select(s => s.Labels.Get("le")!).Order(StringComparer.Ordinal));
        Assert.Equal("0.5", Assert.Single(world.Series("s")).Labels.Get("quantile"));
        Assert.Equal("1", Assert.Single(world.Series("g")).Labels.Get("le"));
    }

    [Fact]
    public async Task Known_series_are_named_by_handle_and_secrets_stay_out()
    {
        await using var world = new ScrapeWorld();
        var loop = world.Loop(ScrapeWorld.Job());
        world.Answer("t", "a{token=\"ghp_16C7e42F292c6912E7710c838347Ae178B4a\"} 1\n");
        await world.ScrapeAsync(loop);
        world.Time.Advance(Interval);
        await world.ScrapeAsync(loop);
        var stored = world.Stored("a");
        Assert.DoesNotContain("ghp_", stored);
        Assert.EndsWith(" 0=1 15=1", stored);
    }

    [Fact]
    public async Task Series_over_the_budget_are_refused_and_the_status_says_so()
    {
        await using var world = new ScrapeWorld(new IngestOptions { Limits = new IngestLimits { SeriesPerService = 6 } });
        world.Answer("t", "a 1\nb 1\nc 1\nd 1\n");
        var status = await world.ScrapeAsync(world.Loop(ScrapeWorld.Job()));
        Assert.Equal(TargetHealth.Up, status.Health);
        Assert.Contains("which is the limit for one service", status.LastError);
    }

    [Fact]
    public async Task Labels_beyond_the_limits_of_the_server_cost_their_series_alone()
    {
        await using var world = new ScrapeWorld();
        world.Answer("t", $"a{{x=\"{new string('v', 9000)}\"}} 1\nb 2\n");
        var status = await world.ScrapeAsync(world.Loop(ScrapeWorld.Job()));
        Assert.Equal(TargetHealth.Up, status.Health);
        Assert.Contains("label 'x' has a value of 9000 bytes; the limit is 8192", status.LastError);
        Assert.EndsWith("=2", world.Stored("b"));
    }

    [Fact]
    public async Task Series_that_churn_are_forgotten()
    {
        await using var world = new ScrapeWorld();
        var loop = world.Loop(ScrapeWorld.Job());
        for (var round = 0; round < 20; round++)
        {
            world.Answer("t", string.Concat(Enumerable.Range(0, 200).Select(i => $"a{{x=\"{round}-{i}\"}} 1\n")));
            await world.ScrapeAsync(loop);
            world.Time.Advance(Interval);
        }
        Assert.InRange(loop.State.Series.KnownLines, 200, 800);
        Assert.Equal(4000, world.Series("a").Count());
    }

    [Fact]
    public async Task Bodies_that_fail_late_do_not_add_up()
    {
        await using var world = new ScrapeWorld();
        var loop = world.Loop(ScrapeWorld.Job());
        world.Answer("t", "a 1\n");
        await world.ScrapeAsync(loop);
        for (var round = 0; round < 20; round++)
        {
            world.Answer("t", string.Concat(Enumerable.Range(0, 500).Select(i => $"# TYPE b{round}_{i} gauge\nb{round}_{i} 1\n")) + "broken\n");
            Assert.Equal(TargetHealth.Down, (await world.ScrapeAsync(loop)).Health);
            world.Time.Advance(Interval);
        }
        Assert.InRange(loop.State.Series.KnownLines, 0, 200);
        Assert.InRange(loop.State.Series.Families.Count, 0, 200);
        world.Answer("t", "a 2\n");
        Assert.Equal(TargetHealth.Up, (await world.ScrapeAsync(loop)).Health);
        Assert.EndsWith("=2", world.Stored("a"));
    }

    [Theory]
    [InlineData("more than 20000 metric families, which is the limit", "# TYPE a{0} gauge\n", 20_001)]
    [InlineData("more than 10 samples in one body, which is the limit", "a{0} 1\n", 11)]
    [InlineData("the labels of all series take more than 500 bytes, which is the limit", "a{{x=\"{0} and text that takes some room\"}} 1\n", 10)]
    public async Task A_body_is_bounded_whatever_its_job_says(string error, string line, int count)
    {
        await using var world = new ScrapeWorld(new IngestOptions { Limits = new IngestLimits { RecordsPerRequest = 10, SeriesBytesPerRequest = 500 } });
        world.Answer("t", string.Concat(Enumerable.Range(0, count).Select(i => string.Format(System.Globalization.CultureInfo.InvariantCulture, line, i))));
        var drop = RelabelRule.Create(new() { SourceLabels = ["__name__"], Regex = "a.+", Action = RelabelAction.Drop }, out _)!;
        Assert.Equal(error, (await world.ScrapeAsync(world.Loop(ScrapeWorld.Job() with { MetricRelabelRules = [drop] }))).LastError);
    }

    private static byte[] Gzip(byte[] bytes)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(bytes);
        return packed.ToArray();
    }

    /// <summary>Gives one byte, and then nothing for ever.</summary>
    private sealed class TricklingStream : MemoryStream
    {
        private bool _hasGiven;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_hasGiven)
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            _hasGiven = true;
            buffer.Span[0] = (byte)'a';
            return 1;
        }
    }
}
