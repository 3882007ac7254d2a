using System.Diagnostics;

namespace Bongsu.EndToEnd.Tests;

/// <summary>Node's OpenTelemetry packages over HTTP (JSON); what they sent is read back through the query APIs.</summary>
public sealed class NodeClientTests
{
    private static readonly string Client = Path.Combine(Checkout.Root, "tests", "Bongsu.EndToEnd.Tests", "NodeClient");

    [Fact]
    public async Task ThreeSignalsOfNodeAreThere()
    {
        if (await RunAsync("npm", "--version") is null)
        {
            Console.WriteLine("SKIPPED: no npm (Node.js 20 or newer).");
            return;
        }
        using var data = new TemporaryDirectory();
        await using var server = await ServerProcess.StartAsync(data.Path);
        Assert.NotNull(await RunAsync("npm", "ci", "--no-audit", "--no-fund", "--loglevel=error", "--prefix", Client));
        var traceId = (await RunAsync("node", Path.Combine(Client, "client.js"), server.OtlpHttp))?.Trim();
        Assert.NotNull(traceId);

        var trace = await server.GetJsonAsync($"/tempo/api/traces/{traceId}");
        var names = trace.GetProperty("batches").EnumerateArray().SelectMany(b => b.GetProperty("scopeSpans").EnumerateArray())
            .SelectMany(s => s.GetProperty("spans").EnumerateArray()).Select(s => s.GetProperty("name").GetString()).Order().ToList();
        Assert.Equal(["GET /cart", "load cart"], names);

        var counter = await server.GetJsonAsync("/api/v1/query?query=" + Uri.EscapeDataString("carts_opened_total{service_name=\"node-client\",kind=\"guest\"}"));
        Assert.Equal("5", counter.GetProperty("data").GetProperty("result")[0].GetProperty("value")[1].GetString());

        var logs = await server.GetJsonAsync("/loki/api/v1/query_range?query=" + Uri.EscapeDataString("{service_name=\"node-client\"} |= \"nearly\""));
        var stream = Assert.Single(logs.GetProperty("data").GetProperty("result").EnumerateArray());
        Assert.Equal("cart is nearly empty", stream.GetProperty("values")[0][1].GetString());
        Assert.Equal(traceId, stream.GetProperty("stream").GetProperty("trace_id").GetString());
    }

    [Fact]
    public async Task SpansOfZipkinAndJaegerExportersAreThere()
    {
        if (await RunAsync("npm", "--version") is null)
        {
            Console.WriteLine("SKIPPED: no npm (Node.js 20 or newer).");
            return;
        }
        using var data = new TemporaryDirectory();
        await using var server = await ServerProcess.StartAsync(data.Path);
        Assert.NotNull(await RunAsync("npm", "ci", "--no-audit", "--no-fund", "--loglevel=error", "--prefix", Client));
        foreach (var exporter in (string[])["zipkin", "jaeger"])
            await AssertSpansAsync(server, exporter);
    }

    private static async Task AssertSpansAsync(ServerProcess server, string exporter)
    {
        var traceId = (await RunAsync("node", Path.Combine(Client, "spans.js"), exporter, server.Web))?.Trim();
        Assert.NotNull(traceId);
        var found = await server.GetJsonAsync("/tempo/api/search?q=" + Uri.EscapeDataString(
            $"{{ resource.service.name = \"{exporter}-client\" && resource.service.version = \"1.4.2\" && status = error && statusMessage = \"no stock\" && kind = client && event:name = \"retry\" }}"));
        Assert.Equal(traceId, Assert.Single(found.GetProperty("traces").EnumerateArray()).GetProperty("traceID").GetString());
        var analysis = await server.GetJsonAsync($"/bongsu/v1/traces/{traceId}/analysis");
        Assert.Equal(("GET /cart", 2, 0), (analysis.GetProperty("rootName").GetString(), analysis.GetProperty("spanCount").GetInt32(), analysis.GetProperty("problems").GetArrayLength()));
    }

    private static async Task<string?> RunAsync(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
            var output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            return process.ExitCode == 0 ? output : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
