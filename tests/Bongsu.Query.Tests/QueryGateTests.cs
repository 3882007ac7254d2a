using Bongsu.Query.PromQL;
using Bongsu.Query.Tests.PromQL;
using Bongsu.Telemetry.Labels;
using Bongsu.Testing;

namespace Bongsu.Query.Tests;

public sealed class QueryGateTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public async Task Dashboards_cannot_take_the_slot_of_rules_nor_rules_that_of_dashboards()
    {
        foreach (var (greedy, other) in new[] { (QueryPriority.Dashboard, QueryPriority.Rule), (QueryPriority.Rule, QueryPriority.Dashboard) })
        {
            var gate = Gate(slots: 4);
            for (var i = 0; i < 3; i++)
                Assert.Null(await gate.EnterAsync(greedy, default));
            var fourth = gate.EnterAsync(greedy, default).AsTask();
            Assert.False(fourth.IsCompleted);
            Assert.Null(await gate.EnterAsync(other, default));
            gate.Leave(other);
            Assert.False(fourth.IsCompleted);
            gate.Leave(greedy);
            Assert.Null(await fourth);
        }
    }

    [Fact]
    public async Task Who_came_first_enters_first()
    {
        var gate = Gate(slots: 2);
        Assert.Null(await gate.EnterAsync(QueryPriority.Dashboard, default));
        var waiting = Enumerable.Range(0, 5).Select(_ => gate.EnterAsync(QueryPriority.Dashboard, default).AsTask()).ToList();
        for (var i = 0; i < waiting.Count; i++)
        {
            gate.Leave(QueryPriority.Dashboard);
            Assert.Null(await waiting[i]);
            Assert.All(waiting.Skip(i + 1), later => Assert.False(later.IsCompleted));
        }
        Assert.Equal(1, gate.Counters(QueryPriority.Dashboard).Running);
        Assert.Equal(6, gate.Counters(QueryPriority.Dashboard).Entered);
    }

    [Fact]
    public async Task Who_waited_too_long_is_refused()
    {
        var gate = Gate(slots: 2);
        Assert.Null(await gate.EnterAsync(QueryPriority.Rule, default));
        var late = gate.EnterAsync(QueryPriority.Rule, default).AsTask();
        _time.Advance(TimeSpan.FromSeconds(10));
        var failure = await late;
        Assert.Equal(QueryFailureKind.Overloaded, failure!.Kind);
        Assert.Contains("no slot became free within 10 s", failure.Message, StringComparison.Ordinal);
        var counters = gate.Counters(QueryPriority.Rule);
        Assert.Equal((1, 0, 1L), (counters.Running, counters.Waiting, counters.RefusedLate));
        Assert.Equal(TimeSpan.FromSeconds(10), counters.Waited);
    }

    [Fact]
    public async Task A_full_queue_refuses_at_once()
    {
        var gate = Gate(slots: 2, waiting: 1);
        Assert.Null(await gate.EnterAsync(QueryPriority.Dashboard, default));
        var second = gate.EnterAsync(QueryPriority.Dashboard, default).AsTask();
        var third = await gate.EnterAsync(QueryPriority.Dashboard, default);
        Assert.Equal(QueryFailureKind.Overloaded, third!.Kind);
        Assert.Equal(1, gate.Counters(QueryPriority.Dashboard).RefusedFull);
        gate.Leave(QueryPriority.Dashboard);
        Assert.Null(await second);
    }

    [Fact]
    public async Task Who_goes_away_while_waiting_leaves_no_slot_taken()
    {
        var gate = Gate(slots: 2);
        Assert.Null(await gate.EnterAsync(QueryPriority.Dashboard, default));
        using var source = new CancellationTokenSource();
        var waiting = gate.EnterAsync(QueryPriority.Dashboard, source.Token).AsTask();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        gate.Leave(QueryPriority.Dashboard);
        Assert.Equal(0, gate.Counters(QueryPriority.Dashboard).Running);
        Assert.Null(await gate.EnterAsync(QueryPriority.Dashboard, default));
    }

    [Fact]
    public async Task Never_more_run_than_there_are_slots()
    {
        var gate = Gate(slots: 3, waiting: 1_000);
        var running = 0;
        var most = 0;
        async Task AskAsync(QueryPriority priority)
        {
            Assert.Null(await gate.EnterAsync(priority, default));
            var now = Interlocked.Increment(ref running);
            lock (gate)
                most = Math.Max(most, now);
            await Task.Yield();
            Interlocked.Decrement(ref running);
            gate.Leave(priority);
        }
        await Task.WhenAll(Enumerable.Range(0, 500).Select(i => Task.Run(() => AskAsync((QueryPriority)(i % 2)))));
        Assert.InRange(most, 1, 3);
        Assert.Equal((0, 0), (gate.Counters(QueryPriority.Rule).Running, gate.Counters(QueryPriority.Dashboard).Running));
        Assert.Equal(250, gate.Counters(QueryPriority.Rule).Entered);
    }

    [Fact]
    public async Task An_engine_gives_its_slot_back_whatever_becomes_of_the_query()
    {
        var gate = Gate(slots: 2);
        var store = new MemoryStore();
        store.Add(LabelSet.Of(("__name__", "x")), (_time.NowMs, 1));
        var slow = new SlowStore(store, () => Assert.Equal(1, gate.Counters(QueryPriority.Rule).Running));
        var engine = new PromQlEngine(slow, new PromQlOptions(), _time, gate).For(QueryPriority.Rule);
        Assert.NotNull((await engine.InstantAsync("x", _time.NowMs, default)).Value);
        Assert.NotNull((await engine.InstantAsync("topk(NaN, x)", _time.NowMs, default)).Failure);
        var broken = new PromQlEngine(new SlowStore(store, () => throw new IOException("disk")), new PromQlOptions(), _time, gate);
        await Assert.ThrowsAsync<IOException>(() => broken.InstantAsync("x", _time.NowMs, default).AsTask());
        Assert.Equal((0, 2L), (gate.Counters(QueryPriority.Rule).Running, gate.Counters(QueryPriority.Rule).Entered));
        Assert.Equal((0, 1L), (gate.Counters(QueryPriority.Dashboard).Running, gate.Counters(QueryPriority.Dashboard).Entered));
    }

    [Fact]
    public async Task A_query_that_finds_no_slot_fails_as_overload()
    {
        var gate = Gate(slots: 2);
        Assert.Null(await gate.EnterAsync(QueryPriority.Dashboard, default));
        var answer = new PromQlEngine(new MemoryStore(), new PromQlOptions(), _time, gate).InstantAsync("x", 0, default).AsTask();
        _time.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(QueryFailureKind.Overloaded, (await answer).Failure!.Kind);
    }

    private QueryGate Gate(int slots, int waiting = 100) =>
        new(new QueryGateOptions { Slots = slots, MaxWaiting = waiting, MaxWait = TimeSpan.FromSeconds(10) }, _time);
}
