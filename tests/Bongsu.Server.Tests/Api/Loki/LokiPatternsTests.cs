using System.Text.Json.Nodes;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Server.Tests.Api.Loki;

public sealed class LokiPatternsTests
{
    private static readonly LabelSet Info = LabelSet.Of(("service_name", "shop"), ("level", "info"), ("pod", "a"));
    private static readonly LabelSet Error = LabelSet.Of(("service_name", "shop"), ("level", "error"), ("pod", "b"));

    [Fact]
    public async Task Patterns_are_counted_over_time_by_level()
    {
        await using var host = await PatternHost.StartAsync();
        await host.SendAsync(Info, "order 1 placed", "order 2 placed");
        host.Time.Advance(TimeSpan.FromMinutes(2));
        await host.SendAsync(Info, "order 3 placed");
        await host.SendAsync(Error, "order 4 placed", "card of user 5 declined");
        var patterns = await PatternsAsync(host, "{service_name=\"shop\"}", "&step=60");
        Assert.Equal(["card of user <_> declined error 1", "order <_> placed error 1", "order <_> placed info 2 1"],
            patterns.Select(p => $"{p!["pattern"]} {p["level"]} {string.Join(' ', p["samples"]!.AsArray().Select(s => (long)s![1]!))}").Order(StringComparer.Ordinal));
        Assert.Equal("info", (string)patterns[0]!["level"]!);
        var times = patterns.First(p => (string)p!["level"]! == "info")!["samples"]!.AsArray().Select(s => (long)s![0]!).ToList();
        Assert.All(times, seconds => Assert.Equal(0, seconds % 60));
        Assert.Equal(120, times[1] - times[0]);
    }

    [Theory]
    [InlineData("{service_name=\"shop\", level=\"error\"}", 2)]
    [InlineData("{pod=\"b\"}", 3)]
    [InlineData("{service_name=\"other\"}", 0)]
    public async Task A_selector_chooses_streams(string selector, int patterns)
    {
        await using var host = await PatternHost.StartAsync();
        await host.SendAsync(Info, "order 1 placed");
        await host.SendAsync(Error, "order 4 placed", "card of user 5 declined");
        Assert.Equal(patterns, (await PatternsAsync(host, selector)).Count);
    }

    [Fact]
    public async Task Each_pattern_passes_its_lines_as_a_filter()
    {
        await using var host = await PatternHost.StartAsync();
        await host.SendAsync(Info, "order 1 placed", "order 2 placed", "login by alice <init> of page 5", "login by bob <init> of page 5", "tab\there 5", "tab\t\there 6", "a failure\n  at line 5",
            "{\"level\":\"info\",\"message\":\"paid \\\"5\\\" won\"}", "{\"level\":\"info\",\"message\":\"paid \\\"7\\\" won\"}", "cart 1 (2) of 3", "cart 1 of 3");
        var patterns = await PatternsAsync(host, "{service_name=\"shop\"}");
        Assert.Equal(6, patterns.Count);
        foreach (var pattern in patterns)
        {
            var filter = ((string)pattern!["pattern"]!).Replace("\\", "\\\\").Replace("\"", "\\\"");
            var answer = JsonNode.Parse(await host.Client.GetStringAsync("/loki/api/v1/query_range?query=" + Uri.EscapeDataString($"{{service_name=\"shop\"}} |> \"{filter}\"")))!;
            var lines = answer["data"]!["result"]!.AsArray().Sum(stream => stream!["values"]!.AsArray().Count);
            Assert.Equal(pattern["samples"]!.AsArray().Sum(sample => (long)sample![1]!), lines);
        }
    }

    [Theory]
    [InlineData("query={")]
    [InlineData("query={a=\"b\"}&step=x")]
    [InlineData("query={a=\"b\"}&start=0&end=1700000000&step=10")]
    public async Task Wrong_parameters_are_refused(string parameters)
    {
        await using var host = await PatternHost.StartAsync();
        using var response = await host.Client.GetAsync("/loki/api/v1/patterns?" + parameters.Replace("{", "%7B").Replace("}", "%7D").Replace("\"", "%22"));
        Assert.Equal(400, (int)response.StatusCode);
    }

    private static async Task<JsonArray> PatternsAsync(PatternHost host, string selector, string more = "")
    {
        var answer = JsonNode.Parse(await host.Client.GetStringAsync("/loki/api/v1/patterns?query=" + Uri.EscapeDataString(selector) + more))!;
        Assert.Equal("success", (string)answer["status"]!);
        return answer["data"]!.AsArray();
    }
}
