namespace Bongsu.Server.Api.Jaeger;

/// <summary>One of a reply's errors; <paramref name="TraceId"/> where it is about one trace.</summary>
internal sealed record JaegerError(int Code, string Message, string? TraceId = null);
