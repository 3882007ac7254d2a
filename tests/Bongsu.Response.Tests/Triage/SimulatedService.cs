namespace Bongsu.Response.Tests.Triage;

/// <param name="Seconds">Its own mean time of a request.</param>
/// <param name="ErrorRatio">Its own failures when all is well.</param>
internal sealed record SimulatedService(string Name, double Seconds, double ErrorRatio);
