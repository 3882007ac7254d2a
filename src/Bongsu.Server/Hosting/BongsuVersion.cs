using System.Reflection;

namespace Bongsu.Server.Hosting;

/// <summary>The version of this build.</summary>
public static class BongsuVersion
{
    public static readonly string Text =
        typeof(BongsuVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";
}
