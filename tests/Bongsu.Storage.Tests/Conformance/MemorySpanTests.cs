using Bongsu.Telemetry;
using Bongsu.Testing;
using Bongsu.Testing.Conformance;

namespace Bongsu.Storage.Tests.Conformance;

/// <summary>The store that tests of queries use is held to the same promises.</summary>
public sealed class MemorySpanTests : SpanStoreConformance
{
    protected override Task<ITelemetryStore> OpenAsync() => Task.FromResult<ITelemetryStore>(new MemoryStore());
}
