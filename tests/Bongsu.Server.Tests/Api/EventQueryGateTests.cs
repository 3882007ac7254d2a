using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Bongsu.Query;
using Bongsu.Query.TraceQL;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Logs;
using Bongsu.Telemetry.Metrics;
using Bongsu.Telemetry.Spans;
using Bongsu.Testing;

namespace Bongsu.Server.Tests.Api;

/// <summary>Queries of logs and traces wait for the slots that those of metrics wait for, end in time, and say in each API's own form that they were refused.</summary>
public sealed class EventQueryGateTests
{
    [Theory]
    [InlineData("/tempo/api/search?q={}", false)]
    [InlineData("/tempo/api/traces/1", false)]
    [InlineData("/tempo/api/v2/traces/1", false)]
    [InlineData("/tempo/api/metrics/query_range?q={}|rate()", false)]
    [InlineData("/tempo/api/v2/search/tags", false)]
    [InlineData("/tempo/api/v2/search/tag/name/values", false)]
    [InlineData("/loki/api/v1/query_range?query={a=\"b\"}", false)]
    [InlineData("/loki/api/v1/query?query=rate({a=\"b\"}[1m])", false)]
    [InlineData("/jaeger/api/traces?service=a", true)]
    [InlineData("/jaeger/api/traces/1", true)]
    [InlineData("/jaeger/api/operations?service=a", true)]
    [InlineData("/jaeger/api/services", true)]
    [InlineData("/jaeger/api/dependencies?endTs=1000&lookback=1000", true)]
    [InlineData("/bongsu/v1/traces/1/analysis", true)]
    public async Task Who_finds_no_slot_is_told_when_to_ask_again(string path, bool isJson)
    {
        var gate = new QueryGate(new QueryGateOptions { Slots = 2, ReservedSlots = 1, MaxWaiting = 0 }, new ManualTime());
        await using var host = await QueryHost.StartAsync(gate: gate);
        Assert.Null(await gate.EnterAsync(QueryPriority.Dashboard, default));
        var refused = await host.Client.GetAsync(path);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Equal("5", Assert.Single(refused.Headers.GetValues("Retry-After")));
        var body = await refused.Content.ReadAsStringAsync();
        Assert.Contains("too many queries at once", body, StringComparison.Ordinal);
        if (isJson)
            JsonDocument.Parse(body).Dispose();
        // The slot of rules is not theirs to take, nor given away by a refusal.
        Assert.Null(await gate.EnterAsync(QueryPriority.Rule, default));
        gate.Leave(QueryPriority.Dashboard);
        Assert.NotEqual(HttpStatusCode.ServiceUnavailable, (await host.Client.GetAsync(path)).StatusCode);
        Assert.Equal(0, gate.Counters(QueryPriority.Dashboard).Running);
    }

    [Theory]
    [InlineData("/tempo/api/search?q={}")]
    [InlineData("/tempo/api/metrics/query_range?q={}|rate()")]
    [InlineData("/jaeger/api/operations?service=a")]
    public async Task Query_that_takes_too_long_is_ended(string path)
    {
        var (store, time) = (new StuckSpanStore(), new ManualTime());
        await using var host = await QueryHost.StartAsync(over: store, gate: Gate(time), traceLimits: new TraceQlLimits { Timeout = TimeSpan.FromSeconds(7) }, clock: time);
        var answer = host.Client.GetAsync(path);
        await store.Entered;
        time.Advance(TimeSpan.FromSeconds(8));
        Assert.Equal(HttpStatusCode.GatewayTimeout, (await answer).StatusCode);
        Assert.Contains("timed out after 7 s", await (await answer).Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Query_ends_and_gives_its_slot_back_when_its_client_goes()
    {
        var (store, time) = (new StuckSpanStore(), new ManualTime());
        var gate = Gate(time);
        var engine = new TraceQlEngine(store, time, gate: gate);
        using var client = new CancellationTokenSource();
        var asked = engine.FindAsync("{}", 0, long.MaxValue, 1, 1, client.Token).AsTask();
        await store.Entered;
        Assert.Equal(1, gate.Counters(QueryPriority.Dashboard).Running);
        await client.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        Assert.Equal(0, gate.Counters(QueryPriority.Dashboard).Running);
    }

    private static QueryGate Gate(ManualTime time) => new(new QueryGateOptions { Slots = 4 }, time);

    /// <summary>Gives no batch until its reader goes away.</summary>
    private sealed class StuckSpanStore : ITelemetryStore, ISpanStore
    {
        private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Entered => _entered.Task;

        public StoreCapabilities Capabilities => new(false, false, Spans: true, false, false, false, false);

        public IMetricStore Metrics => throw new NotSupportedException();

        public ILogStore Logs => throw new NotSupportedException();

        public ISpanStore Spans => this;

        public StoreStatus Status => throw new NotSupportedException();

        public ValueTask<AppendResult> AppendAsync(SpanBatch batch, CancellationToken cancellationToken) => throw new NotSupportedException();

        public async IAsyncEnumerable<SpanBatch> SelectAsync(SpanSelect select, ICollection<string> warnings, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            _entered.TrySetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
            yield break;
        }

        public ValueTask DeleteAsync(SpanDeletion deletion, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<IReadOnlyList<SpanDeletion>> SpanDeletionsAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask DropAsync(IReadOnlyCollection<TraceId> traces, TimeSpan within, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<IReadOnlyList<TraceId>> DroppedAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<SpanBatch> TracesAsync(IReadOnlyCollection<TraceId> traces, ICollection<string> warnings, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
