using Bongsu.Query.PromQL;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Query.Tests.PromQL;

/// <summary>The engine over a store; <paramref name="open"/> gives an empty one.</summary>
internal sealed class PromTestEngineTarget(Func<Task<ITelemetryStore>> open, PromQlOptions? options = null) : PromTestTarget, IAsyncDisposable
{
    public static readonly PromQlOptions Options = new() { MaxSteps = 100_000, Experimental = true };

    /// <summary>Range functions fold runs wherever they can. Rates of samples with start timestamps cannot, so those are left alone where a script has them.</summary>
    public static PromQlOptions OverRuns(string script) =>
        Options with { RunStretch = TimeSpan.Zero, UseStartTimes = script.Contains("@st", StringComparison.Ordinal) };

    private ITelemetryStore? _store;

    /// <summary>Has the store seal what it was given, so that it answers from what is written for good.</summary>
    public bool Seals { get; init; }

    public async ValueTask DisposeAsync()
    {
        if (_store is not null)
            await _store.DisposeAsync();
    }

    public override async Task ClearAsync()
    {
        await DisposeAsync();
        _store = await open();
    }

    public override async Task AppendAsync(MetricBatch batch)
    {
        var result = await _store!.Metrics.AppendAsync(batch, default);
        if (result.Rejected > 0)
            throw new InvalidOperationException($"the store refused {result.Rejected} samples");
        if (Seals)
            await _store.Metrics.SnapshotAsync(default);
    }

    public override async Task<PromTestAnswer> InstantAsync(string query, long timeMs) =>
        PromTestAnswer.Of(await Engine().InstantAsync(query, timeMs, default));

    public override async Task<PromTestAnswer> RangeAsync(string query, long startMs, long endMs, long stepMs) =>
        PromTestAnswer.Of(await Engine().RangeAsync(query, startMs, endMs, stepMs, default));

    private PromQlEngine Engine() => new(_store!, options ?? Options, TimeProvider.System);
}
