namespace Bongsu.AspNetCore.Health;

/// <summary>The last result of one check.</summary>
/// <param name="Dependency">What is checked.</param>
/// <param name="Healthy">Null until the first run is over.</param>
/// <param name="Reason">A class of error, never a message: those can hold secrets.</param>
internal sealed record CheckState(Dependency Dependency, bool? Healthy, string? Reason);
