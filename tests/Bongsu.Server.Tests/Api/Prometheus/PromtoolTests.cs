using System.Diagnostics;
using System.Globalization;
using Xunit.Abstractions;

namespace Bongsu.Server.Tests.Api.Prometheus;

/// <summary>Prometheus' own command line client against the API, where it is installed.</summary>
public sealed class PromtoolTests(ITestOutputHelper output)
{
    private const string Promtool = "/usr/bin/promtool";

    [Fact]
    public async Task Promtool_reads_every_answer()
    {
        if (!File.Exists(Promtool))
        {
            output.WriteLine("skipped: no " + Promtool);
            return;
        }
        await using var host = (await PrometheusHost.StartAsync(listens: true)).WithRequests();
        var now = (host.Time.NowMs / 1000).ToString(CultureInfo.InvariantCulture);
        var before = (host.Time.NowMs / 1000 - 120).ToString(CultureInfo.InvariantCulture);

        var instant = await RunAsync("query", "instant", "--time=" + now, host.Address, "sum by (service) (rate(requests_total[5m]))");
        Assert.Contains("{service=\"cart\"} => 1 @", instant, StringComparison.Ordinal);
        Assert.Contains("{service=\"pay\"} => 2 @", instant, StringComparison.Ordinal);

        var range = await RunAsync("query", "range", "--start=" + before, "--end=" + now, "--step=60s", host.Address, "requests_total{service=\"cart\"}");
        Assert.Contains("requests_total{service=\"cart\"} =>\n3480 @", range, StringComparison.Ordinal);

        var series = await RunAsync("query", "series", "--match=requests_total", "--start=" + before, "--end=" + now, host.Address);
        Assert.Equal(2, series.Trim().Split('\n').Length);

        var values = await RunAsync("query", "labels", "--start=" + before, "--end=" + now, host.Address, "service");
        Assert.Equal("cart\npay", values.Trim());
    }

    private static async Task<string> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Promtool, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"promtool {string.Join(' ', arguments)}: {error}");
        return await output;
    }
}
