namespace Bongsu.Ingest.Scrape.Jobs;

/// <summary>How a server is talked to: for the targets of a job, and for a discovery over HTTP.</summary>
public sealed record ScrapeHttp
{
    public string? BasicUser { get; init; }
    public Secret? BasicPassword { get; init; }

    /// <summary>Word before the credentials of the Authorization header.</summary>
    public string AuthorizationType { get; init; } = "Bearer";
    public Secret? AuthorizationCredentials { get; init; }
    public ScrapeTls Tls { get; init; } = new();
    public bool FollowRedirects { get; init; } = true;
    public bool EnableHttp2 { get; init; } = true;
}
