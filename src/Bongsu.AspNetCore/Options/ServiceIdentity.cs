using System.Globalization;
using System.Reflection;

namespace Bongsu.AspNetCore.Options;

/// <summary>The resource attributes that tie a process's spans, metrics and logs together; fixed for its life.</summary>
internal sealed class ServiceIdentity
{
    // Why: static, so that two hosts in one process are seen as the one process they are.
    private static readonly string InstanceId =
        $"{Environment.MachineName.ToLowerInvariant()}-{Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}-{Random.Shared.Next():x8}";

    public ServiceIdentity(BongsuOptions options)
    {
        ServiceName = options.ServiceName;
        Version = options.ServiceVersion;
        EnvironmentName = options.EnvironmentName;
        var attributes = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["service.name"] = ServiceName,
            ["service.version"] = Version,
            ["service.instance.id"] = InstanceId,
            ["deployment.environment.name"] = EnvironmentName,
            ["host.name"] = Environment.MachineName,
            ["process.pid"] = (long)Environment.ProcessId,
            ["process.runtime.name"] = ".NET",
            ["process.runtime.version"] = Environment.Version.ToString(),
            ["telemetry.sdk.name"] = "bongsu",
            ["telemetry.sdk.language"] = "dotnet",
            ["telemetry.sdk.version"] = VersionOf(typeof(ServiceIdentity).Assembly),
        };
        foreach (var (key, value) in options.ResourceAttributes)
            attributes[key] = value;
        Attributes = [.. attributes];
    }

    public string ServiceName { get; }
    public string Version { get; }
    public string EnvironmentName { get; }
    public IReadOnlyList<KeyValuePair<string, object?>> Attributes { get; }

    public static string VersionOf(Assembly assembly)
    {
        var version = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? assembly.GetName().Version?.ToString();
        return version ?? "0.0.0";
    }
}
