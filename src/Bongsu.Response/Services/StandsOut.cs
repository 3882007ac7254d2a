namespace Bongsu.Response.Services;

/// <summary>The one thing to say about a service. Codes: errorRatio {ratio, before}, latencyP95 {seconds, before}, noTelemetry {sinceMs}, sloBurn {slo, burn}.</summary>
public sealed record StandsOut(string Code, IReadOnlyDictionary<string, double> Numbers, IReadOnlyDictionary<string, string> Texts);
