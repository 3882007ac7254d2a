namespace Bongsu.Query.LogPatterns;

/// <summary>Where lines come from, as far as patterns are counted by it.</summary>
/// <param name="Service">The service.</param>
/// <param name="Environment">Its environment, or empty.</param>
public readonly record struct LogOrigin(string Service, string Environment);
