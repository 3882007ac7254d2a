namespace Bongsu.Response.Triage;

/// <summary>A service that is off because of another one: a victim, never the cause.</summary>
public sealed record TriageImpact(string Service, string Code, IReadOnlyDictionary<string, double> Numbers);
