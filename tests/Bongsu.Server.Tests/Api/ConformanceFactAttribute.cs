namespace Bongsu.Server.Tests.Api;

/// <summary>A test that needs the conformance data, which stands outside of the repository; it is skipped where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ConformanceFactAttribute : FactAttribute
{
    public ConformanceFactAttribute(string folder)
    {
        if (ConformanceFolder.Find(folder) is null)
            Skip = $"no conformance data: shared/conformance/{folder} is not beside the repository and BONGSU_SHARED does not name it";
    }
}

internal static class ConformanceFolder
{
    /// <summary>The folder of some conformance data: below BONGSU_SHARED, or below a folder "shared" beside any parent.</summary>
    public static string? Find(string name)
    {
        var shared = Environment.GetEnvironmentVariable("BONGSU_SHARED");
        if (!string.IsNullOrEmpty(shared))
            return Existing(Path.Combine(shared, "conformance", name));
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (Existing(Path.Combine(folder.FullName, "shared", "conformance", name)) is { } found)
                return found;
        }
        return null;
    }

    /// <summary>Ids of cases that are known to fail, one a line; text behind # is the reason.</summary>
    public static HashSet<string> KnownFailures(string file) =>
        [.. File.ReadLines(file).Select(line => line.Split('#')[0].Trim()).Where(id => id.Length > 0)];

    private static string? Existing(string path) => Directory.Exists(path) ? path : null;
}
