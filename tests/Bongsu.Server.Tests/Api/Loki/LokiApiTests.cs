using System.Text.Json.Nodes;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Server.Tests.Api.Loki;

public sealed class LokiApiTests
{
    [Fact]
    public async Task Otlp_records_have_the_fields_that_Loki_gives_them()
    {
        await using var host = await HostWithLineAsync();
        var answer = JsonNode.Parse(await host.Client.GetStringAsync("/loki/api/v1/query_range?query=" + Uri.EscapeDataString("{service_name=\"shop\"} | order_id=\"o-1\"")))!;
        var stream = answer["data"]!["result"]![0]!["stream"]!;
        Assert.Equal("o-1", (string)stream["order_id"]!);
        Assert.Equal("00000000000000010000000000000002", (string)stream["trace_id"]!);
        Assert.Equal("17", (string)stream["severity_number"]!);
        Assert.Equal("error", (string)stream["detected_level"]!);
        Assert.Equal("web-1", (string)stream["host_name"]!);
        Assert.Null(stream["service_name_extracted"]);
    }

    [Theory]
    [InlineData("{service_name=\"shop\"}", "start=x")]
    [InlineData("{service_name=\"shop\"}", "limit=99999")]
    [InlineData("{service_name=\"shop\"}", "direction=up")]
    [InlineData("count_over_time({service_name=\"shop\"}[1m])", "step=0.001")]
    [InlineData("count_over_time({service_name=\"shop\"}[1m])", "step=0")]
    public async Task Wrong_parameters_are_refused(string query, string parameter)
    {
        await using var host = await HostWithLineAsync();
        using var response = await host.Client.GetAsync($"/loki/api/v1/query_range?query={Uri.EscapeDataString(query)}&{parameter}");
        Assert.Equal(400, (int)response.StatusCode);
    }

    private static async Task<QueryHost> HostWithLineAsync()
    {
        var host = await QueryHost.StartAsync();
        var batch = new LogBatch();
        batch.Streams.Add(batch.Arena.Append(LabelSet.Of(("service_name", "shop")).Bytes));
        batch.Attributes.Add("service.name", "shop");
        batch.Attributes.Add("host.name", "web-1");
        batch.Resources.Add(new Resource(new AttributeRange(0, 2), default));
        batch.Attributes.Add("order.id", "o-1");
        batch.Records.Add(new LogRecord
        {
            Scope = -1,
            TimeUnixNano = host.Time.GetUtcNow().AddMinutes(-1).ToUnixTimeSeconds() * 1_000_000_000,
            SeverityNumber = 17,
            Body = AttributeValue.OfString(batch.Arena.Append("card declined")),
            TraceId = new TraceId(1, 2),
            Attributes = new AttributeRange(2, 1),
        });
        await host.Store.AppendAsync(batch, default);
        return host;
    }
}
