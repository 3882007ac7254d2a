namespace Bongsu.Response.Tests.Triage;

/// <param name="Chance">How many requests of the caller make this call.</param>
internal sealed record SimulatedCall(int From, int To, double Chance);
