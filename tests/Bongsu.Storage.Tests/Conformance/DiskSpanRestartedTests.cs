using Bongsu.Telemetry;
using Bongsu.Testing;
using Bongsu.Testing.Conformance;

namespace Bongsu.Storage.Tests.Conformance;

/// <summary>The store is opened again over its WAL.</summary>
public sealed class DiskSpanRestartedTests : SpanStoreConformance
{
    private readonly TemporaryDirectory _directory = new();

    protected override async Task<ITelemetryStore> OpenAsync() =>
        await DiskStore.OpenAsync(new DiskStoreOptions { Directory = _directory.Path, Durability = Durability.Os }, Time, null, default);

    protected override async Task SettleAsync()
    {
        await Store.DisposeAsync();
        Replace(await OpenAsync());
    }

    public override async Task DisposeAsync()
    {
        Assert.Empty(Store.Status.Problems);
        await base.DisposeAsync();
        _directory.Dispose();
    }
}
