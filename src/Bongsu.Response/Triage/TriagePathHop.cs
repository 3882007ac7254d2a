namespace Bongsu.Response.Triage;

/// <summary>One call on the way from the alerting service to the cause, with the share of the excess that passes through it.</summary>
public sealed record TriagePathHop(string From, string To, double Share);
