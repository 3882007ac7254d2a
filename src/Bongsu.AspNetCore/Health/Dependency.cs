namespace Bongsu.AspNetCore;

/// <summary>A declared dependency and how it is checked.</summary>
internal sealed record Dependency(string Name, Func<IServiceProvider, CancellationToken, Task> Check, DependencyImportance Importance, TimeSpan Timeout);
