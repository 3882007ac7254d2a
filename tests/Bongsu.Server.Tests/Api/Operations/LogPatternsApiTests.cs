using System.Text.Json.Nodes;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Server.Tests.Api.Operations;

public sealed class LogPatternsApiTests
{
    private static readonly LabelSet Shop = LabelSet.Of(("service_name", "shop"), ("level", "info"));
    private static readonly LabelSet Cart = LabelSet.Of(("service_name", "cart"), ("level", "warn"));

    [Fact]
    public async Task A_pattern_comes_with_its_change_its_example_and_what_is_new()
    {
        await using var host = await PatternHost.StartAsync();
        await host.SendAsync(Shop, "order 1 placed", "order 2 placed");
        host.Time.Advance(TimeSpan.FromMinutes(61));
        await host.SendAsync(Shop, "order 3 placed", "order 4 placed", "order 5 placed", "disk \"7\" is failing");
        await host.SendAsync(Cart, "cart 1 emptied");
        var answer = await GetAsync(host, "?service=shop&since=1h");
        Assert.Equal((2, 2), ((int)answer["total"]!, answer["patterns"]!.AsArray().Count));
        var (disk, order) = (answer["patterns"]![0]!, answer["patterns"]![1]!);
        Assert.Equal(("disk \"<_>\" is failing", true, 1, "disk \"7\" is failing"), ((string)disk["template"]!, (bool)disk["isNew"]!, (int)disk["count"]!, (string)disk["example"]!));
        Assert.Null(disk["change"]);
        Assert.Equal("{service_name=\"shop\"} |> \"disk \\\"<_>\\\" is failing\"", (string)disk["query"]!);
        Assert.Equal((3, 2, 0.5, false, false, "info"), ((int)order["count"]!, (int)order["countBefore"]!, (double)order["change"]!, (bool)order["isNew"]!, (bool)order["isGone"]!, (string)order["level"]!));
        Assert.Equal(host.Time.NowMs - 1000 - 61 * 60_000, (long)order["firstSeenMs"]!);
        Assert.InRange(host.Time.NowMs - (long)order["lastSeenMs"]!, -10_000, 11_000);
    }

    [Fact]
    public async Task A_pattern_that_stopped_is_gone_until_it_is_back()
    {
        await using var host = await PatternHost.StartAsync();
        for (var slot = 0; slot < 33; slot++)
        {
            await host.SendAsync(Shop, slot < 28 ? ["heartbeat 1", "request 5 served"] : ["request 5 served"]);
            host.Time.Advance(TimeSpan.FromMinutes(5));
            await host.Ingest.FlushDerivedAsync(default);
        }
        var gone = (await GetAsync(host, "?since=1h"))["patterns"]![0]!;
        Assert.Equal(("heartbeat <_>", true), ((string)gone["template"]!, (bool)gone["isGone"]!));
        Assert.NotNull(gone["goneAtMs"]);
        await host.SendAsync(Shop, "heartbeat 2");
        Assert.All((await GetAsync(host, "?since=1h"))["patterns"]!.AsArray(), pattern => Assert.False((bool)pattern!["isGone"]!));
    }

    [Fact]
    public async Task A_stretch_that_ended_earlier_is_told_as_it_was()
    {
        await using var host = await PatternHost.StartAsync();
        await host.SendAsync(Shop, "order 1 placed", "order 2 placed");
        var then = host.Time.NowMs;
        host.Time.Advance(TimeSpan.FromHours(3));
        await host.SendAsync(Shop, "disk 7 is failing", "disk 8 is failing");
        var answer = await GetAsync(host, $"?since=1h&to={then + 20_000}");
        var only = Assert.Single(answer["patterns"]!.AsArray())!;
        Assert.Equal(("order <_> placed", 2, then + 20_000), ((string)only["template"]!, (int)only["count"]!, (long)answer["asOfMs"]!));
    }

    [Fact]
    public async Task All_services_are_listed_up_to_a_limit()
    {
        await using var host = await PatternHost.StartAsync();
        await host.SendAsync(Shop, "order 1 placed", "order 2 placed");
        await host.SendAsync(Cart, "cart 1 emptied");
        var answer = await GetAsync(host, "?limit=1");
        Assert.Equal((2, 1, "shop"), ((int)answer["total"]!, answer["patterns"]!.AsArray().Count, (string)answer["patterns"]![0]!["service"]!));
    }

    [Theory]
    [InlineData("?since=x")]
    [InlineData("?since=32d")]
    [InlineData("?limit=0")]
    [InlineData("?to=yesterday")]
    [InlineData("?to=1")]
    [InlineData("?to=99999999999999999")]
    [InlineData("?limit=1001")]
    public async Task Wrong_parameters_are_refused(string parameters)
    {
        await using var host = await PatternHost.StartAsync();
        using var response = await host.Client.GetAsync("/bongsu/v1/logs/patterns" + parameters);
        Assert.Equal(400, (int)response.StatusCode);
    }

    private static async Task<JsonNode> GetAsync(PatternHost host, string parameters) => JsonNode.Parse(await host.Client.GetStringAsync("/bongsu/v1/logs/patterns" + parameters))!;
}
