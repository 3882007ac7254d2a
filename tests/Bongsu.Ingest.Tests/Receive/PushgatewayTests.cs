using System.IO.Compression;
using System.Net;
using System.Text;
using Bongsu.Ingest.Receive;
using Bongsu.Ingest.Tests.Scrape;
using Bongsu.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bongsu.Ingest.Tests.Receive;

public sealed class PushgatewayTests : IAsyncLifetime
{
    private readonly ScrapeWorld _world = new();
    private readonly MemoryJournal _journal = new();
    private readonly HttpClient _http = new();
    private WebApplication? _app;
    private Pushgateway? _pushgateway;

    public Task InitializeAsync() => StartAsync();

    public async Task DisposeAsync()
    {
        await StopAsync();
        _http.Dispose();
        await _world.DisposeAsync();
    }

    [Fact]
    public async Task A_push_is_stored_under_its_grouping_key()
    {
        var (status, text) = await SendAsync("PUT", "job/backup/instance/db1", "# TYPE size gauge\nsize{instance=\"other\",x=\"1\"} 42\n");
        Assert.Equal((200, ""), (status, text));
        Assert.Equal("size{instance=\"db1\", job=\"backup\", x=\"1\"} 0=42", _world.Stored("size"));
        Assert.Equal($"push_time_seconds{{instance=\"db1\", job=\"backup\"}} 0={_world.Time.NowMs / 1000}", _world.Stored("push_time_seconds"));
        Assert.Equal("push_failure_time_seconds{instance=\"db1\", job=\"backup\"} 0=0", _world.Stored("push_failure_time_seconds"));
    }

    [Fact]
    public async Task What_was_pushed_is_written_again_at_the_interval()
    {
        await SendAsync("POST", "job/backup", "a 1\n");
        _world.Time.Advance(TimeSpan.FromSeconds(15));
        await ScrapeWorld.UntilAsync(() => _world.Stored("a").EndsWith(" 15=1", StringComparison.Ordinal));
        Assert.Equal("a{job=\"backup\"} 0=1 15=1", _world.Stored("a"));
    }

    [Fact]
    public async Task Put_replaces_the_group_and_post_the_metrics_of_the_same_names()
    {
        await SendAsync("PUT", "job/j", "# TYPE a gauge\na{x=\"1\"} 1\na{x=\"2\"} 1\n# TYPE b gauge\nb 1\n");
        _world.Time.Advance(TimeSpan.FromSeconds(1));
        await SendAsync("POST", "job/j", "# TYPE a gauge\na{x=\"1\"} 2\n");
        Assert.Equal("a{job=\"j\", x=\"1\"} 0=1 1=2\na{job=\"j\", x=\"2\"} 0=1 1=stale", _world.Stored("a"));
        Assert.Equal("b{job=\"j\"} 0=1 1=1", _world.Stored("b"));
        _world.Time.Advance(TimeSpan.FromSeconds(1));
        await SendAsync("PUT", "job/j", "# TYPE a gauge\na{x=\"1\"} 3\n");
        Assert.Equal("b{job=\"j\"} 0=1 1=1 2=stale", _world.Stored("b"));
    }

    [Fact]
    public async Task Delete_ends_a_group_and_no_other()
    {
        await SendAsync("PUT", "job/j", "a 1\n");
        await SendAsync("PUT", "job/j/instance/i", "a 1\n");
        _world.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(202, (await SendAsync("DELETE", "job/j", "")).Status);
        Assert.Equal(202, (await SendAsync("DELETE", "job/none", "")).Status);
        Assert.Equal("a{instance=\"i\", job=\"j\"} 0=1\na{job=\"j\"} 0=1 1=stale", _world.Stored("a"));
    }

    [Theory]
    [InlineData("job@base64/L3Zhci90bXA", "/var/tmp", null)]
    [InlineData("job/j/path@base64/L3Zhci90bXA", "j", "/var/tmp")]
    [InlineData("job/j/path@base64/=", "j", null)]
    [InlineData("job/j/path/a%2Fb", "j", "a/b")]
    [InlineData("job/%EC%9E%91%EC%97%85", "작업", null)]
    public async Task The_path_is_the_grouping_key(string path, string job, string? value)
    {
        Assert.Equal(200, (await SendAsync("PUT", path, "a 1\n")).Status);
        var labels = Assert.Single(_world.Series("a")).Labels;
        Assert.Equal((job, value), (labels.Get("job"), labels.Get("path")));
    }

    [Theory]
    [InlineData("job/j/x", "odd number of components in label string")]
    [InlineData("job/j/__x/1", "improper label name \"__x\"")]
    [InlineData("job@base64/=", "job name is required")]
    [InlineData("job@base64/%25%25", "invalid base64 encoding in label value \"%25%25\"")]
    public async Task A_path_that_is_no_grouping_key_is_refused(string path, string error)
    {
        var (status, text) = await SendAsync("PUT", path, "a 1\n");
        Assert.Equal((400, error + "\n"), (status, text));
    }

    [Theory]
    [InlineData("a 1 1700000000000\n", "text format parsing error: line 1, column 1: pushed metrics must not have timestamps")]
    [InlineData("a 1", "text format parsing error: the last line does not end with a line feed")]
    [InlineData("a\n", "text format parsing error: line 1, column 2: the value is missing")]
    [InlineData("a 1\n# TYPE a gauge\n", "text format parsing error: line 2, column 1: second TYPE line for metric name \"a\", or TYPE reported after samples")]
    [InlineData("a{x=\"1\",y=\"2\"} 1\na{y=\"2\",x=\"1\"} 1\n", "pushed metrics are invalid or inconsistent with existing metrics: collected metric a{job=\"j\", x=\"1\", y=\"2\"} was collected before with the same name and label values")]
    public async Task Pushes_that_Pushgateway_refuses_are_refused(string body, string error)
    {
        var (status, text) = await SendAsync("PUT", "job/j", body);
        Assert.Equal((400, error + "\n"), (status, text));
        Assert.Equal("", _world.Stored("a"));
    }

    [Fact]
    public async Task Types_must_agree_over_groups_and_a_refusal_shows_as_a_failure()
    {
        await SendAsync("PUT", "job/one", "# TYPE a counter\na 1\n");
        var (status, text) = await SendAsync("PUT", "job/two", "# TYPE a gauge\na 1\n");
        Assert.Equal(400, status);
        Assert.Contains("metric \"a\" is pushed as gauge and is counter in group {job=\"one\"}", text);
        Assert.Contains($"push_failure_time_seconds{{job=\"two\"}} 0={_world.Time.NowMs / 1000}", _world.Stored("push_failure_time_seconds"));
        Assert.Contains("push_time_seconds{job=\"two\"} 0=0", _world.Stored("push_time_seconds"));
    }

    [Fact]
    public async Task Histograms_and_other_forms_are_taken()
    {
        Assert.Equal(200, (await SendAsync("PUT", "job/h", "# TYPE h histogram\nh_bucket{le=\"1\"} 1\nh_bucket{le=\"+Inf\"} 2\nh_sum 3\nh_count 2\n")).Status);
        Assert.Equal(200, (await SendAsync("POST", "job/h", "# TYPE o counter\no_total 1\n# EOF\n", ScrapeWorld.OpenMetrics)).Status);
        var family = new Proto().Text(1, "p").Varint(3, 1).Message(4, new Proto().Message(1, new Proto().Text(1, "job").Text(2, "x")).Message(2, new Proto().Double(1, 7)));
        Assert.Equal(200, (await SendAsync("POST", "job/h", [(byte)family.Bytes.Length, .. family.Bytes], ScrapeWorld.Protobuf)).Status);
        Assert.Equal("p{job=\"h\"} 0=7", _world.Stored("p"));
        Assert.Equal("o_total{job=\"h\"} 0=1", _world.Stored("o_total"));
        Assert.Equal(2, _world.Series("h_bucket").Count());
        _world.Time.Advance(TimeSpan.FromSeconds(1));
        await SendAsync("POST", "job/h", "# TYPE h histogram\nh_bucket{le=\"+Inf\"} 2\nh_sum 3\nh_count 2\n");
        Assert.Contains("h_bucket{job=\"h\", le=\"1.0\"} 0=1 1=stale", _world.Stored("h_bucket"));
    }

    [Fact]
    public async Task Gzip_is_taken_and_other_encodings_are_not()
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write("a 1\n"u8);
        Assert.Equal(200, (await SendAsync("PUT", "job/j", packed.ToArray(), "", "gzip")).Status);
        Assert.Equal(415, (await SendAsync("PUT", "job/j", packed.ToArray(), "", "snappy")).Status);
    }

    [Fact]
    public async Task An_empty_put_keeps_only_the_push_time()
    {
        await SendAsync("PUT", "job/j", "a 1\n");
        _world.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(200, (await SendAsync("PUT", "job/j", "")).Status);
        Assert.Equal("a{job=\"j\"} 0=1 1=stale", _world.Stored("a"));
        Assert.EndsWith($" 1={_world.Time.NowMs / 1000}", _world.Stored("push_time_seconds"));
    }

    [Fact]
    public async Task Groups_live_over_a_restart()
    {
        await SendAsync("PUT", "job/j", "# TYPE a gauge\na 1\nb 1\n");
        await SendAsync("POST", "job/j", "b 2\n");
        await SendAsync("PUT", "job/gone", "c 1\n");
        await SendAsync("DELETE", "job/gone", "");
        await StopAsync();
        await _journal.AppendAsync("pushgateway", "damaged"u8.ToArray(), default);
        await StartAsync();
        _world.Time.Advance(TimeSpan.FromSeconds(15));
        await ScrapeWorld.UntilAsync(() => _world.Stored("b").Contains(" 15=", StringComparison.Ordinal));
        Assert.Equal("a{job=\"j\"} 0=1 15=1", _world.Stored("a"));
        Assert.Equal("b{job=\"j\"} 0=2 15=2", _world.Stored("b"));
        Assert.Equal("c{job=\"gone\"} 0=stale", _world.Stored("c"));
    }

    [Fact]
    public async Task A_journal_of_many_pushes_is_made_shorter_and_folds_to_the_same()
    {
        var large = new string('x', 300_000);
        foreach (var i in Enumerable.Range(0, 3))
            await SendAsync("POST", "job/large", $"# HELP m{i} {large}\nm{i} {i}\n");
        await SendAsync("POST", "job/bad", "a 1\na 2\n");
        await SendAsync("PUT", "job/j", "a 1\n");
        await StopAsync();
        var push = new List<ReadOnlyMemory<byte>>();
        await foreach (var record in _journal.ReadAsync("pushgateway", default))
            push.Add(record.Bytes);
        for (var i = 0; i < 5000; i++)
            await _journal.AppendAsync("pushgateway", push[^1], default);
        await StartAsync();
        _world.Time.Advance(TimeSpan.FromSeconds(15));
        await ScrapeWorld.UntilAsync(() => _journal.Count < 10);
        await StopAsync();
        await StartAsync();
        _world.Time.Advance(TimeSpan.FromSeconds(15));
        await ScrapeWorld.UntilAsync(() => _world.Stored("m2").Contains(" 30=2", StringComparison.Ordinal));
        Assert.Equal("a{job=\"j\"} 0=1 15=1 30=1", _world.Stored("a"));
        Assert.Equal("m0{job=\"large\"} 0=0 15=0 30=0", _world.Stored("m0"));
        Assert.Contains("push_failure_time_seconds{job=\"bad\"} 0=17", _world.Stored("push_failure_time_seconds"));
    }

    [Fact]
    public async Task A_push_that_cannot_be_kept_is_not_acknowledged()
    {
        _journal.IsFull = true;
        var (status, text) = await SendAsync("PUT", "job/j", "a 1\n");
        Assert.Equal(503, status);
        Assert.Contains("no space left on device", text);
        Assert.Equal("", _world.Stored("a"));
    }

    [Fact]
    public async Task Groups_are_limited()
    {
        await StopAsync();
        await StartAsync(new PushgatewayOptions { MaxGroups = 1, MaxBytes = 100 });
        Assert.Equal(200, (await SendAsync("PUT", "job/one", "a 1\n")).Status);
        Assert.Equal(429, (await SendAsync("PUT", "job/two", "a 1\n")).Status);
        Assert.Equal(413, (await SendAsync("PUT", "job/one", "a{x=\"" + new string('x', 100) + "\"} 1\n")).Status);
    }

    [Fact]
    public void Any_body_is_taken_or_refused() => Properties.Hold<byte[]>(bytes =>
    {
        var body = new PushgatewayBody(new IngestLimits());
        foreach (var format in Enum.GetValues<Ingest.Decode.Exposition.ExpositionFormat>())
            body.Read(bytes, format, out _);
        return PushgatewayRecord.Decode(bytes) is null;
    }, times: 500);

    private async Task StartAsync(PushgatewayOptions? options = null)
    {
        _pushgateway = new Pushgateway(_world.Ingest, _journal, options ?? new PushgatewayOptions(), _world.Time, NullLogger<Pushgateway>.Instance);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _pushgateway.Map(_app);
        await _app.StartAsync();
        await _pushgateway.StartAsync(default);
    }

    private async Task StopAsync()
    {
        await _app!.DisposeAsync();
        await _pushgateway!.DisposeAsync();
    }

    private Task<(int Status, string Text)> SendAsync(string method, string path, string body, string type = "") => SendAsync(method, path, Encoding.UTF8.GetBytes(body), type);

    private async Task<(int Status, string Text)> SendAsync(string method, string path, byte[] body, string type = "", string? encoding = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri($"{_app!.Urls.First()}/metrics/{path}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true })) { Content = new ByteArrayContent(body) };
        if (type.Length > 0)
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        if (encoding is not null)
            request.Content.Headers.ContentEncoding.Add(encoding);
        using var response = await _http.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
