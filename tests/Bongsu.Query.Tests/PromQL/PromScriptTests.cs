using Xunit.Abstractions;

namespace Bongsu.Query.Tests.PromQL;

/// <summary>Query semantics as text files: our own, and those of the shared conformance data where it is at hand.</summary>
public sealed class PromScriptTests(ITestOutputHelper output)
{
    public static TheoryData<string> Own()
    {
        var data = new TheoryData<string>();
        foreach (var file in Directory.GetFiles(OwnFolder(), "*.test").Order(StringComparer.Ordinal))
            data.Add(Path.GetFileName(file));
        return data;
    }

    [Theory]
    [MemberData(nameof(Own))]
    public async Task Own_script_passes(string file)
    {
        var outcomes = await PromTestRunner.RunAsync(await File.ReadAllTextAsync(Path.Combine(OwnFolder(), file)));
        Assert.NotEmpty(outcomes);
        var failed = outcomes.Where(o => o.Failure is not null).Select(o => $"{file}:{o.Line}: {o.Expr}: {o.Failure}").ToList();
        Assert.True(failed.Count == 0, string.Join("\n", failed));
    }

    [Fact]
    public async Task Conformance_scripts_pass()
    {
        var folder = ConformanceFolder();
        if (folder is null)
        {
            output.WriteLine("skipped: no shared/conformance/promql above the test assembly, and BONGSU_SHARED is not set");
            return;
        }
        var failed = new List<string>();
        foreach (var file in Directory.GetFiles(folder, "*.test").Order(StringComparer.Ordinal))
        {
            var outcomes = await PromTestRunner.RunAsync(await File.ReadAllTextAsync(file));
            var passed = outcomes.Count(o => o.Failure is null);
            output.WriteLine($"{Path.GetFileName(file)}: passed {passed} of {outcomes.Count}");
            failed.AddRange(outcomes.Where(o => o.Failure is not null).Select(o => $"{Path.GetFileName(file)}:{o.Line}: {o.Expr}: {o.Failure}"));
        }
        Assert.True(failed.Count == 0, string.Join("\n", failed));
    }

    internal static string OwnFolder() => Above("tests/Bongsu.Query.Tests/testdata/promql") ?? throw new DirectoryNotFoundException("testdata/promql");

    private static string? ConformanceFolder()
    {
        if (Environment.GetEnvironmentVariable("BONGSU_SHARED") is { Length: > 0 } shared)
            return Directory.Exists(Path.Combine(shared, "conformance/promql")) ? Path.Combine(shared, "conformance/promql") : null;
        return Above("shared/conformance/promql");
    }

    private static string? Above(string folder)
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (Directory.Exists(Path.Combine(at.FullName, folder)))
                return Path.Combine(at.FullName, folder);
        }
        return null;
    }
}
