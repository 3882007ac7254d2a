namespace Bongsu.Ingest.Scrape.Jobs;

/// <summary>How a TLS connection is made: files are paths, texts are PEM.</summary>
public sealed record ScrapeTls
{
    public string? CaFile { get; init; }
    public string? Ca { get; init; }
    public string? CertFile { get; init; }
    public string? Cert { get; init; }
    public string? KeyFile { get; init; }
    public Secret? Key { get; init; }
    public string? ServerName { get; init; }
    public bool InsecureSkipVerify { get; init; }
}
