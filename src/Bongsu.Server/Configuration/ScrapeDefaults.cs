using Bongsu.Ingest.Scrape.Jobs;
using Bongsu.Response.Configuration;

namespace Bongsu.Server.Configuration;

/// <summary>What the global section sets for all jobs. Immutable.</summary>
internal sealed record ScrapeDefaults
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(10);

    // Of Prometheus' own, without meaning here: what they set does not touch scraping.
    private static readonly string[] s_elsewhere =
        ["evaluation_interval", "rule_query_offset", "external_labels", "query_log_file", "scrape_failure_log_file", "metric_name_validation_scheme", "metric_name_escaping_scheme"];

    public string Fingerprint { get; private init; } = "";
    public TimeSpan Interval { get; private init; } = s_interval;
    public TimeSpan Timeout { get; private init; } = s_timeout;
    public IReadOnlyList<ScrapeProtocol>? Protocols { get; private init; }
    public bool? NativeHistograms { get; private init; }
    public bool AlwaysClassicHistograms { get; private init; }
    public bool ExtraMetrics { get; private init; }
    public int SampleLimit { get; private init; }
    public int LabelLimit { get; private init; }
    public int LabelNameLengthLimit { get; private init; }
    public int LabelValueLengthLimit { get; private init; }
    public int TargetLimit { get; private init; }
    public int KeepDroppedTargets { get; private init; }
    public long BodySizeLimit { get; private init; }

    public static ScrapeDefaults Read(YamlMap? global)
    {
        if (global is null)
            return new ScrapeDefaults();
        var values = new ScrapeValues(global);
        var interval = values.Time("scrape_interval") ?? s_interval;
        var timeout = values.Time("scrape_timeout");
        if (timeout > interval)
            global.Report("scrape_timeout", "global scrape timeout greater than scrape interval", "make it shorter");
        var defaults = new ScrapeDefaults
        {
            Fingerprint = global.Fingerprint,
            Interval = interval,
            Timeout = timeout ?? (s_timeout < interval ? s_timeout : interval),
            Protocols = values.Protocols("scrape_protocols"),
            NativeHistograms = global.Has("scrape_native_histograms") ? global.Flag("scrape_native_histograms", false) : null,
            AlwaysClassicHistograms = global.Flag("always_scrape_classic_histograms", false),
            ExtraMetrics = global.Flag("extra_scrape_metrics", false),
            SampleLimit = values.Count("sample_limit") ?? 0,
            LabelLimit = values.Count("label_limit") ?? 0,
            LabelNameLengthLimit = values.Count("label_name_length_limit") ?? 0,
            LabelValueLengthLimit = values.Count("label_value_length_limit") ?? 0,
            TargetLimit = values.Count("target_limit") ?? 0,
            KeepDroppedTargets = values.Count("keep_dropped_targets") ?? 0,
            BodySizeLimit = values.Size("body_size_limit") ?? 0,
        };
        values.RefuseCustomBuckets();
        foreach (var key in s_elsewhere)
            global.Has(key, isKnown: true);
        global.End();
        return defaults;
    }
}
