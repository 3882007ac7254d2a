using Bongsu.Response.Red;
using Bongsu.Response.Triage;
using Bongsu.Telemetry.Labels;
using Bongsu.Testing;

namespace Bongsu.Response.Tests.Triage;

public sealed class CallGraphReaderTests
{
    private const long From = 1_000_000;
    private static readonly BinGrid Grid = new(From, 5000, 60);
    private readonly MemoryStore _store = new();

    [Fact]
    public async Task Growth_is_counted_once_across_resets_and_new_series()
    {
        Calls("STATUS_CODE_UNSET", "1.0", [.. Every(5000, 60, i => 100 + (i * 10))]);
        Calls("STATUS_CODE_ERROR", "1.0", [(From + 100_000, 7), (From + 105_000, 9), (From + 110_000, 2)]); // began at 0, was reset before 2
        var node = await ReadAsync();
        Assert.Equal(600 + 9 + 2, node.Total.TotalRequests(..), 6);
        Assert.Equal(11, Tally.Sum(node.Total.Failed, ..), 6);
        Assert.Equal(7, node.Total.Failed[Grid.IndexOf(From + 100_000)]);
    }

    [Fact]
    public async Task An_old_counter_that_is_only_repeated_has_not_grown()
    {
        Calls("STATUS_CODE_UNSET", "1.0", [.. Every(5000, 60, i => 100 + (i * 10))]);
        Calls("STATUS_CODE_ERROR", "1.0", [(From - 75_000, 500), (From - 15_000, 500), (From + 45_000, 500), (From + 105_000, 500)]);
        Assert.Equal(0, Tally.Sum((await ReadAsync()).Total.Failed, ..));
    }

    [Fact]
    public async Task Versions_are_told_apart()
    {
        Calls("STATUS_CODE_UNSET", "1.0", [.. Every(5000, 60, i => i * 10)]);
        Calls("STATUS_CODE_UNSET", "2.0", [(From + 200_000, 30), (From + 205_000, 60)]);
        var node = await ReadAsync();
        Assert.Equal(60, node.Versions["2.0"].TotalRequests(..), 6);
        Assert.Equal(600, node.Versions["1.0"].TotalRequests(..), 6);
    }

    private static IEnumerable<(long, double)> Every(long stepMs, int count, Func<int, double> value) => Enumerable.Range(0, count + 1).Select(i => (From + (i * stepMs), value(i)));

    private void Calls(string status, string version, params (long, double)[] samples) => _store.Add(LabelSet.Of(("__name__", "traces_spanmetrics_calls_total"),
        ("service_name", "a"), ("service_version", version), ("span_kind", "SPAN_KIND_SERVER"), ("status_code", status)), samples);

    private async Task<CallNode> ReadAsync()
    {
        var graph = new CallGraph(Grid);
        await new CallGraphReader(_store).ReadNodesAsync(graph, new Dictionary<string, RedSource> { ["a"] = new(RedDialects.Spans, 0, false) }, default);
        return graph.Nodes["a"];
    }
}
