using Bongsu.Telemetry;
using Xunit;

namespace Bongsu.Testing.Conformance;

/// <summary>What the suites of every store share: a store for one test, over a clock that the test moves.</summary>
public abstract class StoreConformance : IAsyncLifetime
{
    protected ManualTime Time { get; } = new();

    protected ITelemetryStore Store { get; private set; } = null!;

    protected long NowMs => Time.NowMs;

    protected long NowNanos => Time.NowMs * 1_000_000;

    protected abstract Task<ITelemetryStore> OpenAsync();

    /// <summary>Called between appends and reads; a store with more than one place for its data moves some of it.</summary>
    protected virtual Task SettleAsync() => Task.CompletedTask;

    public async Task InitializeAsync() => Store = await OpenAsync();

    public virtual async Task DisposeAsync() => await Store.DisposeAsync();

    protected void Replace(ITelemetryStore store) => Store = store;
}
