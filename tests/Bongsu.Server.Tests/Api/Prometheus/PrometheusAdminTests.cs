using System.Net;
using Bongsu.Server.Api.Prometheus;

namespace Bongsu.Server.Tests.Api.Prometheus;

public sealed class PrometheusAdminTests
{
    [Theory]
    [InlineData("delete_series?match[]=requests_total")]
    [InlineData("clean_tombstones")]
    [InlineData("snapshot")]
    public async Task Nothing_is_allowed_unless_it_was_enabled(string path)
    {
        await using var host = (await PrometheusHost.StartAsync()).WithRequests();
        using var response = await host.Client.PostAsync("/api/v1/admin/tsdb/" + path, null);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Contains("--enable-admin-api", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(2, await CountAsync(host));
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    public async Task Deletes_the_series_that_match(string method)
    {
        await using var host = (await PrometheusHost.StartAsync(Enabled)).WithRequests();
        using var request = new HttpRequestMessage(new HttpMethod(method), "/api/v1/admin/tsdb/delete_series?match[]={service=\"cart\"}");
        using var response = await host.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Equal(1, await CountAsync(host));
        using var cleaned = await host.Client.PostAsync("/api/v1/admin/tsdb/clean_tombstones", null);
        Assert.Equal(HttpStatusCode.NoContent, cleaned.StatusCode);
    }

    [Fact]
    public async Task Deletes_only_in_the_time_given()
    {
        await using var host = (await PrometheusHost.StartAsync(Enabled)).WithRequests();
        var from = host.Time.NowMs / 1000 - 600;
        using var response = await host.Client.PostAsync($"/api/v1/admin/tsdb/delete_series?match[]=requests_total&start={from}", null);
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Equal(0, await CountAsync(host));
        Assert.Equal(2, await CountAsync(host, $"&time={from - 60}"));
    }

    [Theory]
    [InlineData("delete_series")]
    [InlineData("delete_series?match[]={")]
    [InlineData("delete_series?match[]=up&start=20&end=10")]
    public async Task A_deletion_that_is_not_clear_deletes_nothing(string path)
    {
        await using var host = (await PrometheusHost.StartAsync(Enabled)).WithRequests();
        using var response = await host.Client.PostAsync("/api/v1/admin/tsdb/" + path, null);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(2, await CountAsync(host));
    }

    [Fact]
    public async Task A_store_without_snapshots_says_so()
    {
        await using var host = await PrometheusHost.StartAsync(Enabled);
        using var response = await host.Client.PostAsync("/api/v1/admin/tsdb/snapshot", null);
        Assert.Equal(HttpStatusCode.NotImplemented, response.StatusCode);
    }

    private static PrometheusApiOptions Enabled => new() { EnableAdmin = true };

    private static async Task<int> CountAsync(PrometheusHost host, string parameters = "")
    {
        var body = await host.GetAsync("/api/v1/query?query=requests_total" + parameters);
        return body.GetProperty("data").GetProperty("result").GetArrayLength();
    }
}
