using Bongsu.Query.Tests.PromQL;
using Bongsu.Storage;
using Bongsu.Telemetry;
using Bongsu.Testing;
using Xunit.Abstractions;

namespace Bongsu.Server.Tests.PromQL;

/// <summary>The query scripts against the store on disk, through the engine.</summary>
public sealed class DiskScriptTests(ITestOutputHelper output) : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("bongsu-promql-").FullName;
    private int _stores;

    public static TheoryData<string> Own() => [.. PromScriptFiles.Own.Select(f => Path.GetFileName(f))];

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [MemberData(nameof(Own))]
    public Task Own_script_passes(string file) => PassesAsync(Path.Combine(PromScriptFiles.OwnFolder, file));

    [Fact]
    public async Task Conformance_scripts_pass()
    {
        if (!PromScriptFiles.Conformance.Any())
            output.WriteLine("skipped: no shared/conformance/promql above the test assembly, and BONGSU_SHARED is not set");
        foreach (var file in PromScriptFiles.Conformance)
            await PassesAsync(file);
    }

    private async Task PassesAsync(string file)
    {
        await using var target = new PromTestEngineTarget(OpenAsync);
        var outcomes = await PromTestRunner.RunAsync(await File.ReadAllTextAsync(file), target);
        Assert.NotEmpty(outcomes);
        var failed = outcomes.Where(o => o.Failure is not null).Select(o => $"{Path.GetFileName(file)}:{o.Line}: {o.Expr}: {o.Failure}").ToList();
        Assert.True(failed.Count == 0, string.Join("\n", failed));
    }

    private async Task<ITelemetryStore> OpenAsync()
    {
        var options = new DiskStoreOptions
        {
            Directory = Path.Combine(_directory, $"{_stores++}"),
            Durability = Durability.Os,
            RetentionMetrics = TimeSpan.Zero,
            FutureToleranceMetrics = TimeSpan.FromDays(36_500),
        };
        return await DiskStore.OpenAsync(options, new ManualTime(), null, default);
    }
}
