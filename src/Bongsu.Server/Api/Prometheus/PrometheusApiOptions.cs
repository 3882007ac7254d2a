using System.Text.Json.Nodes;
using Bongsu.Ingest.Scrape;

namespace Bongsu.Server.Api.Prometheus;

/// <summary>What the Prometheus API says of the server around it, and where it gets what it does not know itself.</summary>
public sealed record PrometheusApiOptions
{
    /// <summary>The version whose API this is; clients decide by it what they may ask.</summary>
    public string ApiVersion { get; init; } = "3.5.0";

    /// <summary>Bongsu's own version, shown as the revision.</summary>
    public string Revision { get; init; } = "";

    /// <summary>Whether /api/v1/admin may delete and copy data.</summary>
    public bool EnableAdmin { get; init; }

    public DateTimeOffset StartTime { get; init; }

    /// <summary>How far back samples are kept, for display.</summary>
    public string StorageRetention { get; init; } = "";

    /// <summary>Command line flags, for display; no secrets.</summary>
    public IReadOnlyDictionary<string, string> Flags { get; init; } = new Dictionary<string, string>();

    /// <summary>The data of /rules, <c>{"groups": […]}</c>, for the query parameters of the request (type, rule_name[], …); none: no groups.</summary>
    public Func<IQueryCollection, CancellationToken, ValueTask<JsonObject>>? Rules { get; init; }

    /// <summary>What scrapes; none: there are no targets.</summary>
    public Scraper? Scraper { get; init; }

    /// <summary>The data of /alerts, <c>{"alerts": […]}</c>; none: no alerts.</summary>
    public Func<CancellationToken, ValueTask<JsonObject>>? Alerts { get; init; }
}
