using Bongsu.Telemetry;
using Bongsu.Testing;
using Xunit.Abstractions;

namespace Bongsu.Query.Tests.PromQL;

/// <summary>Query semantics as text files: our own, and those of the shared conformance data where it is at hand.</summary>
public sealed class PromScriptTests(ITestOutputHelper output)
{
    public static TheoryData<string> Own() => [.. PromScriptFiles.Own.Select(f => Path.GetFileName(f))];

    [Theory]
    [MemberData(nameof(Own))]
    public async Task Own_script_passes(string file)
    {
        var outcomes = await PromTestRunner.RunAsync(await File.ReadAllTextAsync(Path.Combine(PromScriptFiles.OwnFolder, file)), InMemory());
        Assert.NotEmpty(outcomes);
        var failed = outcomes.Where(o => o.Failure is not null).Select(o => $"{file}:{o.Line}: {o.Expr}: {o.Failure}").ToList();
        Assert.True(failed.Count == 0, string.Join("\n", failed));
    }

    [Fact]
    public async Task Conformance_scripts_pass()
    {
        if (!PromScriptFiles.Conformance.Any())
            output.WriteLine("skipped: no shared/conformance/promql above the test assembly, and BONGSU_SHARED is not set");
        var failed = new List<string>();
        foreach (var file in PromScriptFiles.Conformance)
        {
            var outcomes = await PromTestRunner.RunAsync(await File.ReadAllTextAsync(file), InMemory());
            output.WriteLine($"{Path.GetFileName(file)}: passed {outcomes.Count(o => o.Failure is null)} of {outcomes.Count}");
            failed.AddRange(outcomes.Where(o => o.Failure is not null).Select(o => $"{Path.GetFileName(file)}:{o.Line}: {o.Expr}: {o.Failure}"));
        }
        Assert.True(failed.Count == 0, string.Join("\n", failed));
    }

    private static PromTestEngineTarget InMemory() => new(() => Task.FromResult<ITelemetryStore>(new MemoryStore()));
}
