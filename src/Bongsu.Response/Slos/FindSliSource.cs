namespace Bongsu.Response.Slos;

/// <summary>Finds how an availability or latency objective of a service is measured now; null when the service has no usable telemetry.</summary>
public delegate ValueTask<SliSource?> FindSliSource(SloSpec slo, long nowMs, CancellationToken cancellationToken);
