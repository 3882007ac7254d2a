namespace Bongsu.Ingest.Scrape.Jobs;

/// <summary>Targets from a JSON answer over HTTP.</summary>
public sealed record HttpDiscovery(Uri Url, TimeSpan RefreshInterval, ScrapeHttp Http);
