namespace Bongsu.Response.Rules;

/// <summary>How a rule's last evaluation went.</summary>
/// <param name="Error">Null when it went well.</param>
public sealed record RuleHealth(long AtMs, double Seconds, string? Error);
