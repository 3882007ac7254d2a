using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Bongsu.EndToEnd.Tests;

/// <summary>Logs and traces on the command line, against a server of its own.</summary>
public sealed class CommandLineTests : IAsyncLifetime
{
    private const string Trace = "0102030405060708090a0b0c0d0e0f10";

    private readonly TemporaryDirectory _data = new();
    private ServerProcess _server = null!;

    public async Task InitializeAsync() => _server = await ServerProcess.StartAsync(_data.Path);

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _data.Dispose();
    }

    [Fact]
    public async Task LogsAreFoundFollowedAndCounted()
    {
        await SendAsync("payments", "error", "charge 17 \\u001b[31mrefused", "\"amount\":5");
        await SendAsync("orders", "info", "order 4 accepted", "\"amount\":7");

        var (code, output, _) = await ClientProcess.RunAsync(_server.Web, "logs", "charge", "17");
        Assert.Equal(0, code);
        Assert.Contains("ERROR payments       charge 17 ␛[31mrefused amount=5", output);
        Assert.DoesNotContain("order 4", output);

        (code, output, _) = await ClientProcess.RunAsync(_server.Web, "logs", "{service_name=\"orders\"} | json", "-o", "jsonl");
        Assert.Equal(0, code);
        Assert.Equal("orders", JsonDocument.Parse(output).RootElement.GetProperty("labels").GetProperty("service_name").GetString());

        (code, output, _) = await ClientProcess.RunAsync(_server.Web, "logs", "sum by (service_name) (count_over_time({service_name=~\".+\"}[1h]))", "-o", "csv");
        Assert.Equal((0, "service_name,value\norders,1\npayments,1"), (code, string.Join('\n', output.Split('\n').Order(StringComparer.Ordinal).OrderBy(l => !l.StartsWith("service_name", StringComparison.Ordinal)))));

        (code, output, _) = await ClientProcess.RunAsync(_server.Web, "logs", "--patterns", "order");
        Assert.Equal(0, code);
        Assert.Contains("order <_> accepted", output);
    }

    [Fact]
    public async Task AQueryOfAHundredThousandCharactersComesByGet()
    {
        var query = "{service_name=\"orders\"} |= \"" + new string('x', 100_000) + '"';
        using var response = await _server.Http.GetAsync($"{_server.Web}/loki/api/v1/query_range?query={Uri.EscapeDataString(query)}");
        Assert.True(response.IsSuccessStatusCode, response.StatusCode.ToString());
    }

    [Fact]
    public async Task FollowingShowsLinesAsTheyComeAndEndsWithSuccess()
    {
        await SendAsync("payments", "info", "before", "\"n\":1");
        await using var follow = ClientProcess.Start(_server.Web, "logs", "{service_name=\"payments\"}", "-f");
        await ServerProcess.UntilAsync(() => Task.FromResult(follow.Lines.FirstOrDefault(l => l.Contains("before"))), "the line that was there");
        await SendAsync("payments", "warn", "after", "\"n\":2");
        await ServerProcess.UntilAsync(() => Task.FromResult(follow.Lines.FirstOrDefault(l => l.Contains("WARN  payments       after n=2"))), "the line that came");
        follow.Terminate();
        Assert.Equal(0, await follow.WaitAsync());
        Assert.Single(follow.Lines, l => l.Contains("before"));
    }

    [Fact]
    public async Task TracesAreFoundAndShown()
    {
        var startNanos = (DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - 5_000) * 1_000_000;
        var spans = $$"""
            {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"gateway"} }]},"scopeSpans":[{"spans":[
            {"traceId":"{{Trace}}","spanId":"0000000000000001","name":"POST /checkout","kind":2,"startTimeUnixNano":"{{startNanos}}","endTimeUnixNano":"{{startNanos + 240_000_000}}"},
            {"traceId":"{{Trace}}","spanId":"0000000000000002","parentSpanId":"0000000000000001","name":"POST orders","kind":3,"startTimeUnixNano":"{{startNanos + 5_000_000}}","endTimeUnixNano":"{{startNanos + 235_000_000}}","status":{"code":2,"message":"503"} },
            {"traceId":"{{Trace}}","spanId":"0000000000000003","parentSpanId":"0000000000000001","name":"log","kind":1,"startTimeUnixNano":"{{startNanos + 6_000_000}}","endTimeUnixNano":"{{startNanos + 7_000_000}}"}]}]}]}
            """;
        using var content = new StringContent(spans, Encoding.UTF8, "application/json");
        Assert.True((await _server.Http.PostAsync(_server.OtlpHttp + "/v1/traces", content)).IsSuccessStatusCode);

        var (code, output, _) = await ClientProcess.RunAsync(_server.Web, "traces", "search", "status = error");
        Assert.Equal(0, code);
        Assert.Matches(Trace + "  [0-9:]{8}  240ms  3      1       gateway POST /checkout", output);

        (code, output, _) = await ClientProcess.RunAsync(_server.Web, "traces", "show", Trace);
        Assert.Equal(0, code);
        Assert.Contains("240ms, 3 spans, 1 error, 1 service", output);
        Assert.Contains("       0   240ms *  gateway          POST /checkout", output);
        Assert.Contains("     5ms   230ms *! gateway           POST orders (503)", output);
        Assert.Contains("     6ms     1ms    gateway           log", output);

        (code, output, _) = await ClientProcess.RunAsync(_server.Web, "traces", "show", Trace, "--critical-path", "-o", "csv");
        Assert.Equal((0, "fromMs,tookMs,service,name,spanId\n0,5,gateway,POST /checkout,0000000000000001\n5,230,gateway,POST orders,0000000000000002\n235,5,gateway,POST /checkout,0000000000000001"), (code, output));
    }

    [Theory]
    [InlineData(2, "parse error", "logs", "{service_name=")]
    [InlineData(2, "--since", "logs", "x", "--since", "soon")]
    [InlineData(2, "--limit", "logs", "x", "--limit", "0")]
    [InlineData(2, "parse error", "traces", "search", "status ==")]
    [InlineData(2, "no trace id", "traces", "show", "xyz")]
    [InlineData(1, "no span of trace", "traces", "show", "ff")]
    [InlineData(4, "cannot reach", "logs", "x", "--url", "http://127.0.0.1:1")]
    [InlineData(4, "cannot reach", "logs", "x", "-f", "--url", "http://127.0.0.1:1")]
    [InlineData(2, "parse error", "logs", "{service_name=", "-f")]
    [InlineData(2, "only lines can be followed", "logs", "rate({a=\"b\"}[1m])", "-f")]
    public async Task WhatGoesWrongHasItsExitCodeAndASentence(int code, string sentence, params string[] arguments)
    {
        var (exitCode, output, errors) = await ClientProcess.RunAsync(_server.Web, arguments);
        Assert.Equal((code, ""), (exitCode, output));
        Assert.Contains(sentence, errors);
    }

    private async Task SendAsync(string service, string level, string message, string more)
    {
        var line = $"{{\"time\":{DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()},\"level\":\"{level}\",\"service\":\"{service}\",\"message\":\"{message}\",{more}}}\n";
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(line)) { Headers = { ContentType = new MediaTypeHeaderValue("application/x-ndjson") } };
        Assert.True((await _server.Http.PostAsync(_server.Web + "/bongsu/v1/logs/jsonl", content)).IsSuccessStatusCode);
    }
}
