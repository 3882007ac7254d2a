using Bongsu.Telemetry;
using Bongsu.Testing;
using Bongsu.Testing.Conformance;

namespace Bongsu.Storage.Tests.Conformance;

/// <summary>What was appended lies in the head.</summary>
public sealed class DiskSpanHeadTests : SpanStoreConformance
{
    private readonly TemporaryDirectory _directory = new();

    protected override async Task<ITelemetryStore> OpenAsync() =>
        await DiskStore.OpenAsync(new DiskStoreOptions { Directory = _directory.Path, Durability = Durability.Os }, Time, null, default);

    protected override async Task SettleAsync()
    {
        await Task.CompletedTask;
    }

    public override async Task DisposeAsync()
    {
        Assert.Empty(Store.Status.Problems);
        await base.DisposeAsync();
        _directory.Dispose();
    }
}
