using Bongsu.Ingest.Decode.Exposition;
using Bongsu.Ingest.Scrape.Relabel;

namespace Bongsu.Ingest.Scrape.Jobs;

/// <summary>What one entry of scrape_configs says, defaults filled in. Limits of 0 are no limit of the job; those of the server stand all the same. Immutable.</summary>
public sealed record ScrapeJob
{
    public required string Name { get; init; }

    /// <summary>Changes when anything that the entry says changes.</summary>
    public required string Fingerprint { get; init; }
    public TimeSpan Interval { get; init; } = TimeSpan.FromMinutes(1);
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);
    public string MetricsPath { get; init; } = "/metrics";
    public string Scheme { get; init; } = "http";
    public IReadOnlyList<KeyValuePair<string, string>> Parameters { get; init; } = [];
    public bool HonorLabels { get; init; }
    public bool HonorTimestamps { get; init; } = true;
    public bool TrackTimestampsStaleness { get; init; }
    public bool EnableCompression { get; init; } = true;
    public ScrapeHttp Http { get; init; } = new();
    public IReadOnlyList<TargetGroup> StaticTargets { get; init; } = [];
    public IReadOnlyList<FileDiscovery> FileDiscoveries { get; init; } = [];
    public IReadOnlyList<HttpDiscovery> HttpDiscoveries { get; init; } = [];
    public IReadOnlyList<RelabelRule> RelabelRules { get; init; } = [];
    public IReadOnlyList<RelabelRule> MetricRelabelRules { get; init; } = [];
    public int SampleLimit { get; init; }
    public int LabelLimit { get; init; }
    public int LabelNameLengthLimit { get; init; }
    public int LabelValueLengthLimit { get; init; }
    public int TargetLimit { get; init; }
    public int KeepDroppedTargets { get; init; }

    /// <summary>Bytes after decompression.</summary>
    public long BodySizeLimit { get; init; }
    public IReadOnlyList<ScrapeProtocol> Protocols { get; init; } = TextProtocols;

    /// <summary>For targets that do not say what they send.</summary>
    public ScrapeProtocol? FallbackProtocol { get; init; }
    public bool NativeHistograms { get; init; }
    public bool AlwaysClassicHistograms { get; init; }
    public bool ExtraMetrics { get; init; }

    public static readonly IReadOnlyList<ScrapeProtocol> TextProtocols =
        [ScrapeProtocol.OpenMetricsText1_0_0, ScrapeProtocol.OpenMetricsText0_0_1, ScrapeProtocol.PrometheusText1_0_0, ScrapeProtocol.PrometheusText0_0_4];

    public static readonly IReadOnlyList<ScrapeProtocol> AllProtocols = [ScrapeProtocol.PrometheusProto, .. TextProtocols];

    internal static ExpositionFormat FormatOf(ScrapeProtocol protocol) => protocol switch
    {
        ScrapeProtocol.PrometheusProto => ExpositionFormat.Protobuf,
        ScrapeProtocol.OpenMetricsText0_0_1 or ScrapeProtocol.OpenMetricsText1_0_0 => ExpositionFormat.OpenMetrics,
        _ => ExpositionFormat.PrometheusText,
    };
}
