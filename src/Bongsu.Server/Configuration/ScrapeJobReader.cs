using Bongsu.Ingest.Scrape.Discovery;
using Bongsu.Ingest.Scrape.Jobs;
using Bongsu.Response.Configuration;

namespace Bongsu.Server.Configuration;

/// <summary>Reads one entry of scrape_configs.</summary>
internal sealed class ScrapeJobReader(YamlMap map, string directory, ScrapeDefaults defaults)
{
    private static readonly TimeSpan s_fileRefresh = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_httpRefresh = TimeSpan.FromMinutes(1);

    private readonly ScrapeValues _values = new(map);
    private string _fileStamps = "";

    /// <summary>The job; with problems reported, it is only good for checking the rest.</summary>
    public ScrapeJob Read()
    {
        var name = map.Text("job_name", required: true) ?? "";
        var interval = _values.Time("scrape_interval") ?? defaults.Interval;
        var protocols = _values.Protocols("scrape_protocols") ?? defaults.Protocols;
        var native = map.Has("scrape_native_histograms") ? map.Flag("scrape_native_histograms", false) : defaults.NativeHistograms;
        var job = new ScrapeJob
        {
            Name = name,
            Fingerprint = "",
            Interval = interval,
            Timeout = Timeout(interval, name),
            MetricsPath = map.Text("metrics_path") ?? "/metrics",
            Scheme = map.OneOf("scheme", "http", "https"),
            Parameters = Parameters(),
            HonorLabels = map.Flag("honor_labels", false),
            HonorTimestamps = map.Flag("honor_timestamps", true),
            TrackTimestampsStaleness = map.Flag("track_timestamps_staleness", false),
            EnableCompression = map.Flag("enable_compression", true),
            Http = Http(map),
            StaticTargets = StaticTargets(),
            FileDiscoveries = FileDiscoveries(),
            HttpDiscoveries = HttpDiscoveries(),
            RelabelRules = ScrapeRelabelReader.Read(map, "relabel_configs"),
            MetricRelabelRules = ScrapeRelabelReader.Read(map, "metric_relabel_configs"),
            // Who asks for protobuf asks for what only it has, unless they say no.
            NativeHistograms = native ?? protocols?.Contains(ScrapeProtocol.PrometheusProto) ?? false,
            Protocols = protocols ?? (native == true ? ScrapeJob.AllProtocols : ScrapeJob.TextProtocols),
            FallbackProtocol = _values.FallbackProtocol("fallback_scrape_protocol"),
            AlwaysClassicHistograms = map.Flag("always_scrape_classic_histograms", map.Flag("scrape_classic_histograms", defaults.AlwaysClassicHistograms)),
            ExtraMetrics = map.Flag("extra_scrape_metrics", defaults.ExtraMetrics),
        };
        job = Limits(job) with { Fingerprint = $"{map.Fingerprint}|{defaults.Fingerprint}{_fileStamps}" };
        _values.RefuseCustomBuckets();
        Unsupported();
        map.End();
        return job;
    }

    private ScrapeJob Limits(ScrapeJob job) => job with
    {
        SampleLimit = _values.Count("sample_limit") ?? defaults.SampleLimit,
        LabelLimit = _values.Count("label_limit") ?? defaults.LabelLimit,
        LabelNameLengthLimit = _values.Count("label_name_length_limit") ?? defaults.LabelNameLengthLimit,
        LabelValueLengthLimit = _values.Count("label_value_length_limit") ?? defaults.LabelValueLengthLimit,
        TargetLimit = _values.Count("target_limit") ?? defaults.TargetLimit,
        KeepDroppedTargets = _values.Count("keep_dropped_targets") ?? defaults.KeepDroppedTargets,
        BodySizeLimit = _values.Size("body_size_limit") ?? defaults.BodySizeLimit,
    };

    private TimeSpan Timeout(TimeSpan interval, string name)
    {
        var timeout = _values.Time("scrape_timeout");
        if (timeout > interval)
            map.Report("scrape_timeout", $"scrape timeout greater than scrape interval for scrape config with job name \"{YamlMap.Short(name)}\"", "make it shorter");
        return timeout ?? (defaults.Timeout < interval ? defaults.Timeout : interval);
    }

    private List<KeyValuePair<string, string>> Parameters()
    {
        var parameters = new List<KeyValuePair<string, string>>();
        if (map.Map("params") is not { } map1)
            return parameters;
        foreach (var name in map1.Keys.ToList())
            parameters.AddRange(map1.Texts(name).Select(t => new KeyValuePair<string, string>(name, t.Text)));
        return parameters;
    }

    private ScrapeHttp Http(YamlMap from)
    {
        var reader = new ScrapeHttpReader(from, directory);
        var http = reader.Read();
        _fileStamps += reader.FileStamps;
        return http;
    }

    private List<TargetGroup> StaticTargets()
    {
        var groups = new List<TargetGroup>();
        foreach (var config in map.Maps("static_configs"))
        {
            if (ScrapeTargetsYaml.Group(config, $"{config.File}:{config.Line}") is { } group)
                groups.Add(group);
        }
        return groups;
    }

    private List<FileDiscovery> FileDiscoveries()
    {
        var discoveries = new List<FileDiscovery>();
        foreach (var config in map.Maps("file_sd_configs"))
        {
            var files = config.Texts("files");
            if (files.Count == 0)
                config.Report("files", "file service discovery config must contain at least one path name", "name a file");
            foreach (var (file, _) in files)
            {
                if (!IsTargetFile(file))
                    config.Report("files", $"path name \"{YamlMap.Short(file)}\" is not valid for file discovery", "it must end with .json, .yml or .yaml, and a * may stand in its last part alone");
            }
            discoveries.Add(new FileDiscovery([.. files.Select(f => Path.GetFullPath(f.Text, directory))], new ScrapeValues(config).Time("refresh_interval") ?? s_fileRefresh));
            config.End();
        }
        return discoveries;
    }

    private static bool IsTargetFile(string file) =>
        Path.GetExtension(file) is ".json" or ".yml" or ".yaml" && !(Path.GetDirectoryName(file) ?? "").Contains('*', StringComparison.Ordinal);

    private List<HttpDiscovery> HttpDiscoveries()
    {
        var discoveries = new List<HttpDiscovery>();
        foreach (var config in map.Maps("http_sd_configs"))
        {
            var text = config.Text("url", required: true);
            var refresh = new ScrapeValues(config).Time("refresh_interval") ?? s_httpRefresh;
            var http = Http(config);
            config.End();
            if (text is null)
                continue;
            if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.UserInfo.Length == 0)
                discoveries.Add(new HttpDiscovery(url, refresh, http));
            else
                config.Report("url", "is not an http or https URL without user and password", "write it as http://host/path, and credentials as basic_auth");
        }
        return discoveries;
    }

    private void Unsupported()
    {
        foreach (var key in map.Keys.Where(k => k.EndsWith("_sd_configs", StringComparison.Ordinal) && k is not ("file_sd_configs" or "http_sd_configs")).ToList())
        {
            map.Has(key, isKnown: true);
            map.Report(key, "is not supported here", "write its targets to a file for file_sd_configs, or serve them for http_sd_configs");
        }
        foreach (var key in (string[])["native_histogram_bucket_limit", "native_histogram_min_bucket_factor"])
        {
            if (map.Has(key, isKnown: true) && map.Text(key) is not "0")
                map.Report(key, "is not supported here", "remove it; histograms are kept at the resolution they come in");
        }
        // How names are spelt: any UTF-8 name is taken here. And a log of failures: the last error of each target is at /api/v1/targets.
        foreach (var key in (string[])["metric_name_validation_scheme", "metric_name_escaping_scheme", "scrape_failure_log_file"])
            map.Has(key, isKnown: true);
    }
}
