using System.Globalization;
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
    public async Task Conformance_scripts_fail_only_where_known()
    {
        var folder = ConformanceFolder();
        if (folder is null)
        {
            output.WriteLine("skipped: no shared/conformance/promql above the test assembly, and BONGSU_SHARED is not set");
            return;
        }
        var known = KnownFailures();
        var total = 0;
        var passed = 0;
        var surprises = new List<string>();
        foreach (var file in Directory.GetFiles(folder, "*.test").Order(StringComparer.Ordinal))
        {
            foreach (var outcome in await PromTestRunner.RunAsync(await File.ReadAllTextAsync(file)))
            {
                var place = string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileName(file)}:{outcome.Line}");
                total++;
                passed += outcome.Failure is null ? 1 : 0;
                if (outcome.Failure is null == known.Contains(place))
                    surprises.Add($"{place}: {outcome.Expr}: {outcome.Failure ?? "passes, but is listed as a known failure"}");
            }
        }
        output.WriteLine($"passed {passed} of {total}");
        Assert.True(surprises.Count == 0, $"passed {passed} of {total}; not as listed:\n" + string.Join("\n", surprises));
    }

    private static HashSet<string> KnownFailures() =>
        [.. File.ReadAllLines(Path.Combine(OwnFolder(), "known-failures.txt")).Select(l => l.Split('#')[0].Trim()).Where(l => l.Length > 0)];

    private static string OwnFolder() => Above("tests/Bongsu.Query.Tests/testdata/promql") ?? throw new DirectoryNotFoundException("testdata/promql");

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
