using Bongsu.Ingest.Scrape.Jobs;
using Bongsu.Response.Configuration;
using Bongsu.Server.Configuration;

namespace Bongsu.Server.Tests.Configuration;

public sealed class ScrapeFileTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("bongsu-scrape");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void AWholePrometheusYmlIsTaken()
    {
        var (read, problems) = Read("""
            global:
              scrape_interval: 15s
              evaluation_interval: 30s
              external_labels: {cluster: eu}
            rule_files: [rules/*.yml]
            alerting:
              alertmanagers:
              - static_configs: [{targets: ['alertmanager:9093']}]
            remote_write:
            - url: http://long-term/api/v1/write
            scrape_configs:
            - job_name: node
              static_configs:
              - targets: ['a:9100', 'b:9100']
                labels: {dc: seoul}
            - job_name: blackbox
              scrape_interval: 1m30s
              scrape_timeout: 20s
              metrics_path: /probe
              scheme: https
              honor_labels: true
              params: {module: [http_2xx], target: [x, y]}
              body_size_limit: 10MB
              sample_limit: 5000
              relabel_configs:
              - source_labels: [__address__]
                target_label: __param_target
              - action: Drop
                source_labels: [dc, instance]
                separator: '@'
                regex: old@.*
            """);
        Assert.Empty(problems);
        Assert.Equal("scrape.yaml: rule_files, alerting, remote_write: not used here. Rules are read from rules/*.yaml, alert routing from alertmanager.yaml.", Assert.Single(read.Notices));
        var node = read.Jobs[0];
        Assert.Equal((TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(10), "/metrics", "http"), (node.Interval, node.Timeout, node.MetricsPath, node.Scheme));
        Assert.Equal(["a:9100", "b:9100"], node.StaticTargets[0].Targets);
        Assert.Equal("seoul", node.StaticTargets[0].Labels["dc"]);
        var blackbox = read.Jobs[1];
        Assert.Equal((TimeSpan.FromSeconds(90), TimeSpan.FromSeconds(20), "https", true, 10L << 20, 5000), (blackbox.Interval, blackbox.Timeout, blackbox.Scheme, blackbox.HonorLabels, blackbox.BodySizeLimit, blackbox.SampleLimit));
        Assert.Equal("module=http_2xx&target=x&target=y", string.Join('&', blackbox.Parameters.Select(p => $"{p.Key}={p.Value}")));
        Assert.Equal(2, blackbox.RelabelRules.Count);
    }

    [Fact]
    public void NoFileIsNoScraping()
    {
        var problems = new List<ConfigProblem>();
        Assert.Same(ScrapeConfiguration.None, ScrapeFile.Read(_directory.FullName, problems));
        Assert.Empty(problems);
    }

    [Fact]
    public void EveryProblemIsToldAtOnceWithItsPlace()
    {
        var (_, problems) = Read("""
            global: {scrape_interval: 5s, scrape_timeout: 10s}
            scrap_configs: []
            scrape_configs:
            - job_name: a
              scrape_intervall: 5s
              scheme: ftp
            - job_name: a
              scrape_interval: 5s
              scrape_timeout: 6s
              sample_limit: many
              body_size_limit: 10 MB
            - static_configs: [{targets: ['x:1'], label: {}}]
            - job_name: b
              kubernetes_sd_configs: [{role: pod}]
              proxy_url: http://p
              scrape_protocols: [PrometheusText0.0.4, Wrong]
              file_sd_configs: [{files: ['a.txt']}]
              http_sd_configs: [{url: 'ftp://x'}]
              relabel_configs:
              - {action: replace}
              - {action: nothing}
              - {regex: '(', target_label: x}
            """);
        Assert.Equal(string.Join('\n', (string[])[
            "scrape.yaml:1: global.scrape_timeout: global scrape timeout greater than scrape interval; make it shorter",
            "scrape.yaml:2: scrap_configs: is not a known key; did you mean scrape_configs?",
            "scrape.yaml:5: scrape_configs[0].scrape_intervall: is not a known key; did you mean scrape_interval?",
            "scrape.yaml:6: scrape_configs[0].scheme: \"ftp\" is not one of http, https; write one of http, https",
            "scrape.yaml:7: scrape_configs[1].job_name: found multiple scrape configs with job name \"a\"; give each its own",
            "scrape.yaml:9: scrape_configs[1].scrape_timeout: scrape timeout greater than scrape interval for scrape config with job name \"a\"; make it shorter",
            "scrape.yaml:10: scrape_configs[1].sample_limit: \"many\" is not a whole number; write it as 1000; 0 is no limit",
            "scrape.yaml:11: scrape_configs[1].body_size_limit: \"10 MB\" is not a size; write it as 10MB or 512KB; 0 is no limit",
            "scrape.yaml:12: scrape_configs[2].job_name: is missing; add job_name:",
            "scrape.yaml:12: scrape_configs[2].static_configs[0].label: is not a known key; did you mean labels?",
            "scrape.yaml:14: scrape_configs[3].kubernetes_sd_configs: is not supported here; write its targets to a file for file_sd_configs, or serve them for http_sd_configs",
            "scrape.yaml:15: scrape_configs[3].proxy_url: is not supported here; remove it; supported are basic_auth, authorization, bearer_token and tls_config",
            "scrape.yaml:16: scrape_configs[3].scrape_protocols: unknown scrape protocol Wrong; supported: PrometheusProto, OpenMetricsText1.0.0, OpenMetricsText0.0.1, PrometheusText1.0.0, PrometheusText0.0.4",
            "scrape.yaml:17: scrape_configs[3].file_sd_configs[0].files: path name \"a.txt\" is not valid for file discovery; it must end with .json, .yml or .yaml, and a * may stand in its last part alone",
            "scrape.yaml:18: scrape_configs[3].http_sd_configs[0].url: is not an http or https URL without user and password; write it as http://host/path, and credentials as basic_auth",
            "scrape.yaml:20: scrape_configs[3].relabel_configs[0]: relabel configuration for replace action requires 'target_label' value; correct the rule",
            "scrape.yaml:21: scrape_configs[3].relabel_configs[1].action: unknown relabel action \"nothing\"; known are replace, keep, drop, keepequal, dropequal, hashmod, labelmap, labeldrop, labelkeep, lowercase, uppercase",
        ]), string.Join('\n', problems.Where(p => !p.Contains("regexp", StringComparison.Ordinal)).OrderBy(p => int.Parse(p.Split(':', ' ')[1], System.Globalization.CultureInfo.InvariantCulture))));
        Assert.Contains(problems, p => p.StartsWith("scrape.yaml:22: scrape_configs[3].relabel_configs[2].regex: error parsing regexp: ", StringComparison.Ordinal));
    }

    [Fact]
    public void SecretsAreReadAndNeverShown()
    {
        File.WriteAllText(Path.Combine(_directory.FullName, "token"), "s3cret\n");
        var (read, problems) = Read("""
            scrape_configs:
            - job_name: a
              basic_auth: {username: u, password: s3cret}
            - job_name: b
              authorization: {type: Token, credentials_file: token}
            - job_name: c
              bearer_token: s3cret
            """);
        Assert.Empty(problems);
        Assert.Equal("u", read.Jobs[0].Http.BasicUser);
        Assert.Equal("Token", read.Jobs[1].Http.AuthorizationType);
        Assert.All(read.Jobs, job => Assert.DoesNotContain("s3cret", job.ToString() + job.Fingerprint, StringComparison.Ordinal));

        (_, problems) = Read("""
            scrape_configs:
            - job_name: a
              basic_auth: {username: u, password: s3cret, password_file: x, pass: s3cret}
              authorization: {type: basic, credentials: [s3cret]}
              bearer_token: s3cret
              tls_config: {key: s3cret, cert: s3cret}
            """);
        Assert.Equal(7, problems.Count);
        Assert.All(problems, p => Assert.DoesNotContain("s3cret", p, StringComparison.Ordinal));
    }

    [Fact]
    public void CertificatesAreCheckedAtTheStart()
    {
        var (_, problems) = Read("""
            scrape_configs:
            - job_name: a
              tls_config: {ca_file: none.pem}
            - job_name: b
              tls_config: {cert_file: c.pem}
            """);
        Assert.Contains(problems, p => p.StartsWith("scrape.yaml:3: scrape_configs[0].tls_config: Could not find file", StringComparison.Ordinal));
        Assert.Contains(problems, p => p.Contains("exactly one of key or key_file must be configured", StringComparison.Ordinal));
    }

    [Fact]
    public void NativeHistogramsAreAskedForByName()
    {
        var (read, problems) = Read("""
            scrape_configs:
            - job_name: text
            - job_name: native
              scrape_native_histograms: true
              always_scrape_classic_histograms: true
            - job_name: proto
              scrape_protocols: [PrometheusProto]
            """);
        Assert.Empty(problems);
        Assert.Equal([(false, 4), (true, 5), (true, 1)], read.Jobs.Select(j => (j.NativeHistograms, j.Protocols.Count)));
        Assert.True(read.Jobs[1].AlwaysClassicHistograms);
    }

    [Fact]
    public void OtherFilesBringMoreJobs()
    {
        Directory.CreateDirectory(Path.Combine(_directory.FullName, "jobs"));
        File.WriteAllText(Path.Combine(_directory.FullName, "jobs", "a.yml"), "scrape_configs:\n- job_name: included\n  oops: 1\n");
        var (read, problems) = Read("scrape_config_files: [jobs/*.yml]\nscrape_configs: [{job_name: own}]\n");
        Assert.Equal(["own", "included"], read.Jobs.Select(j => j.Name));
        Assert.StartsWith("jobs/a.yml:3: scrape_configs[0].oops: is not a known key", Assert.Single(problems));
    }

    [Fact]
    public void AJobChangesWhenItOrTheDefaultsDo()
    {
        string Of(string text) => Read(text).Read.Jobs[0].Fingerprint;
        var one = Of("scrape_configs: [{job_name: a}]");
        Assert.Equal(one, Of("# words\nscrape_configs: [{job_name: a}]"));
        Assert.NotEqual(one, Of("scrape_configs: [{job_name: a, sample_limit: 1}]"));
        Assert.NotEqual(one, Of("global: {scrape_interval: 5s}\nscrape_configs: [{job_name: a}]"));
    }

    [Fact]
    public void TargetFilesAreReadAsYaml()
    {
        var groups = ScrapeTargetsYaml.Parse("/x/targets.yml", "- targets: ['a:1', 'b:1']\n  labels: {env: prod}\n- targets: ['c:1']\n");
        Assert.Equal(["a:1", "b:1", "c:1"], groups.SelectMany(g => g.Targets));
        Assert.Equal("prod", groups[0].Labels["env"]);
        Assert.Empty(ScrapeTargetsYaml.Parse("x.yml", ""));
        var wrong = Assert.Throws<FormatException>(() => ScrapeTargetsYaml.Parse("/x/targets.yml", "- targets: ['a b']\n- target: []\n"));
        Assert.Equal("targets.yml:1: groups[0].targets: target \"a b\" has a space or control character in it; correct it; targets.yml:2: groups[1].target: is not a known key; did you mean targets?", wrong.Message);
        Assert.Throws<FormatException>(() => ScrapeTargetsYaml.Parse("x.yml", "targets: []"));
    }

    [Theory]
    [InlineData("5", 5)]
    [InlineData("5B", 5)]
    [InlineData("5KB", 5 << 10)]
    [InlineData("5MiB", 5 << 20)]
    [InlineData("1GB", 1 << 30)]
    [InlineData("0", 0)]
    public void SizesAreThoseOfPrometheus(string text, long bytes) =>
        Assert.Equal(bytes, Read($"scrape_configs: [{{job_name: a, body_size_limit: {text}}}]").Read.Jobs[0].BodySizeLimit);

    private (ScrapeConfiguration Read, List<string> Problems) Read(string text)
    {
        File.WriteAllText(Path.Combine(_directory.FullName, ScrapeFile.Name), text);
        var problems = new List<ConfigProblem>();
        var read = ScrapeFile.Read(_directory.FullName, problems);
        return (read, problems.ConvertAll(p => p.ToString()));
    }
}
