namespace Bongsu.Server.Demo;

/// <summary>Where the demo keeps its things: all below one directory, `.demo` unless told otherwise.</summary>
internal sealed record DemoPaths(string Root)
{
    public string Data => Path.Combine(Root, "data");
    public string Config => Path.Combine(Root, "config");
    public string Logs => Path.Combine(Root, "logs");

    /// <summary>Address of the running demo's control port, for `bongsu demo fault`.</summary>
    public string Control => Path.Combine(Root, "control");

    public static DemoPaths Of(string? directory) => new(Path.GetFullPath(directory ?? ".demo"));

    /// <summary>The shop's program; `./bongsu` says where it built it.</summary>
    public static string Shop => Environment.GetEnvironmentVariable("BONGSU_SHOP") ?? Beside("Shop", "shop.dll");

    public static string Server => Path.Combine(AppContext.BaseDirectory, "bongsu.dll");

    private static string Beside(string project, string file)
    {
        var configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        return Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", project, configuration, file));
    }
}
