using Bongsu.Telemetry;
using Bongsu.Testing;
using Xunit.Abstractions;

namespace Bongsu.Query.Tests.PromQL;

/// <summary>Query semantics as text files: our own, and those of the shared conformance data where it is at hand.</summary>
public sealed class PromScriptTests(ITestOutputHelper output)
{
    public static IEnumerable<object[]> Own() =>
        from file in PromScriptFiles.Own from overRuns in new[] { false, true } select new object[] { Path.GetFileName(file), overRuns };

    [Theory]
    [MemberData(nameof(Own))]
    public async Task Own_script_passes(string file, bool overRuns)
    {
        var script = await File.ReadAllTextAsync(Path.Combine(PromScriptFiles.OwnFolder, file));
        var outcomes = await PromTestRunner.RunAsync(script, InMemory(script, overRuns));
        Assert.NotEmpty(outcomes);
        var failed = outcomes.Where(o => o.Failure is not null).Select(o => $"{file}:{o.Line}: {o.Expr}: {o.Failure}").ToList();
        Assert.True(failed.Count == 0, string.Join("\n", failed));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Conformance_scripts_pass(bool overRuns)
    {
        if (!PromScriptFiles.Conformance.Any())
            output.WriteLine("skipped: no shared/conformance/promql above the test assembly, and BONGSU_SHARED is not set");
        var failed = new List<string>();
        foreach (var file in PromScriptFiles.Conformance)
        {
            var script = await File.ReadAllTextAsync(file);
            var outcomes = await PromTestRunner.RunAsync(script, InMemory(script, overRuns));
            output.WriteLine($"{Path.GetFileName(file)}: passed {outcomes.Count(o => o.Failure is null)} of {outcomes.Count}");
            failed.AddRange(outcomes.Where(o => o.Failure is not null).Select(o => $"{Path.GetFileName(file)}:{o.Line}: {o.Expr}: {o.Failure}"));
        }
        Assert.True(failed.Count == 0, string.Join("\n", failed));
    }

    private static PromTestEngineTarget InMemory(string script, bool overRuns) =>
        new(() => Task.FromResult<ITelemetryStore>(new MemoryStore()), overRuns ? PromTestEngineTarget.OverRuns(script) : null);
}
