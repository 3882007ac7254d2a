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

    public static IEnumerable<object[]> Own() =>
        from file in PromScriptFiles.Own from overRuns in new[] { false, true } select new object[] { Path.GetFileName(file), overRuns };

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [MemberData(nameof(Own))]
    public Task Own_script_passes(string file, bool overRuns) => PassesAsync(Path.Combine(PromScriptFiles.OwnFolder, file), overRuns);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Conformance_scripts_pass(bool overRuns)
    {
        if (!PromScriptFiles.Conformance.Any())
            output.WriteLine("skipped: no shared/conformance/promql above the test assembly, and BONGSU_SHARED is not set");
        foreach (var file in PromScriptFiles.Conformance)
            await PassesAsync(file, overRuns);
    }

    private async Task PassesAsync(string file, bool overRuns)
    {
        var script = await File.ReadAllTextAsync(file);
        await using var target = new PromTestEngineTarget(OpenAsync, overRuns ? PromTestEngineTarget.OverRuns(script) : null) { Seals = overRuns };
        var outcomes = await PromTestRunner.RunAsync(script, target);
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
