using Bongsu.Ingest.Tests.Receive;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Ingest.Tests.Pipeline;

public sealed class DiscoveredServiceTests
{
    [Theory]
    [InlineData("\"app\":\"a\",\"job\":\"j\"", "{__discovered__=\"service_name\", app=\"a\", job=\"j\", service_name=\"a\"}")]
    [InlineData("\"pod\":\"p\"", "{__discovered__=\"service_name\", pod=\"p\", service_name=\"unknown_service\"}")]
    [InlineData("\"app\":\"a\",\"service_name\":\"s\"", "{app=\"a\", service_name=\"s\"}")]
    // Nobody else marks what was found out.
    [InlineData("\"service_name\":\"s\",\"__discovered__\":\"service_name\"", "{service_name=\"s\"}")]
    [InlineData("\"app\":\"a\",\"__discovered__\":\"app\"", "{__discovered__=\"service_name\", app=\"a\", service_name=\"a\"}")]
    public async Task A_stream_without_a_service_gets_the_one_that_Loki_would_find(string labels, string expected)
    {
        await using var host = await IngestHost.StartAsync();
        var push = $"{{\"streams\":[{{\"stream\":{{{labels}}},\"values\":[[\"{Otlp.Now}\",\"line\"]]}}]}}";
        Assert.Equal(204, (await host.JsonAsync("/loki/api/v1/push", push)).Status);
        Assert.Equal(expected, Assert.Single(await host.Store.StreamsAsync(new LogSelect(0, long.MaxValue, []), default)).ToString());
    }
}
