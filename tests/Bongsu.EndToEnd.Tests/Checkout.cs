namespace Bongsu.EndToEnd.Tests;

/// <summary>Where the built programs and the folders of this checkout are.</summary>
internal static class Checkout
{
    private static readonly string Configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));

    public static readonly string Root = FindRoot();

    public static string Server => Program("Bongsu.Server", "bongsu.dll");

    public static string Shop => Program("Shop", "shop.dll");

    private static string Program(string project, string file) => Path.Combine(Root, "artifacts", "bin", project, Configuration, file);

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Bongsu.slnx")))
            directory = directory.Parent;
        return directory?.FullName ?? throw new InvalidOperationException("These tests run from a checkout of Bongsu.");
    }
}
