using Microsoft.Extensions.Logging;

namespace Bongsu.AspNetCore.Health;

internal sealed partial class HealthChecks
{
    [LoggerMessage(1, LogLevel.Warning, "Dependency {dependency} ({importance}) does not answer its check: {reason}.")]
    private partial void Gone(string dependency, DependencyImportance importance, string reason);

    [LoggerMessage(2, LogLevel.Information, "Dependency {dependency} answers again.")]
    private partial void Back(string dependency);
}
