namespace Bongsu.Query.Tests.PromQL;

/// <summary>Where query scripts are: our own, and those of the shared conformance data where it is at hand.</summary>
internal static class PromScriptFiles
{
    public static string OwnFolder { get; } = Above("tests/Bongsu.Query.Tests/testdata/promql") ?? throw new DirectoryNotFoundException("testdata/promql");

    public static IEnumerable<string> Own => In(OwnFolder);

    /// <summary>Empty when there is no shared/conformance/promql above the test assembly and BONGSU_SHARED is not set.</summary>
    public static IEnumerable<string> Conformance
    {
        get
        {
            var shared = Environment.GetEnvironmentVariable("BONGSU_SHARED");
            var folder = shared is { Length: > 0 } ? Path.Combine(shared, "conformance/promql") : Above("shared/conformance/promql");
            return folder is not null && Directory.Exists(folder) ? In(folder) : [];
        }
    }

    private static IEnumerable<string> In(string folder) => Directory.GetFiles(folder, "*.test").Order(StringComparer.Ordinal);

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
