using System.Globalization;
using System.Text;
using BenchmarkDotNet.Attributes;
using Bongsu.Ingest;
using Bongsu.Ingest.Scrape.Exposed;
using Bongsu.Ingest.Scrape.Jobs;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Bench;

/// <summary>A target's text of 2000 samples, as an exporter writes it; the lines are known from the scrape before.</summary>
[MemoryDiagnoser]
public class ExpositionParseBenchmark
{
    private const int Samples = 2000;

    private readonly IngestLimits _limits = new();
    private readonly ScrapeJob _job = new() { Name = "bench", Fingerprint = "" };
    private readonly SeriesLabels _rules;
    private readonly ScrapeWork _work;
    private readonly TargetSeries _target = new();
    private readonly byte[] _text = Text(isOpenMetrics: false);
    private readonly byte[] _openMetrics = Text(isOpenMetrics: true);
    private long _nowMs = 1_795_096_800_000;

    public ExpositionParseBenchmark()
    {
        _rules = new SeriesLabels(_job, LabelSet.Of(("job", "bench"), ("instance", "10.0.0.1:9100")), _limits);
        _work = new ScrapeWork(_limits);
        PrometheusText();
        OpenMetrics();
    }

    [Benchmark(OperationsPerInvoke = Samples)]
    public int PrometheusText() => Scrape(_text, isOpenMetrics: false);

    [Benchmark(OperationsPerInvoke = Samples)]
    public int OpenMetrics() => Scrape(_openMetrics, isOpenMetrics: true);

    /// <summary>What a first scrape costs: every line is looked into.</summary>
    [Benchmark(OperationsPerInvoke = Samples)]
    public int FirstScrape()
    {
        var target = new TargetSeries();
        _work.Clear();
        target.Begin(_nowMs);
        TextScrape.Read(_text, false, target, _rules, _job, _limits.RecordsPerRequest, _work);
        return target.Kept;
    }

    private int Scrape(byte[] body, bool isOpenMetrics)
    {
        _work.Clear();
        _target.Begin(_nowMs += 1);
        TextScrape.Read(body, isOpenMetrics, _target, _rules, _job, _limits.RecordsPerRequest, _work);
        _target.Finish(_work);
        TargetSeries.Stored(_work, _nowMs);
        return _target.Kept;
    }

    private static byte[] Text(bool isOpenMetrics)
    {
        var random = new Random(1);
        var text = new StringBuilder();
        for (var i = 0; i < Samples; i++)
        {
            if (i % 40 == 0)
                text.Append(CultureInfo.InvariantCulture, $"# HELP node_metric_{i / 40} Something that an exporter counts, in words of usual length.\n# TYPE node_metric_{i / 40} gauge\n");
            text.Append(CultureInfo.InvariantCulture, $"node_metric_{i / 40}{{cpu=\"{i % 40}\",device=\"/dev/nvme{i % 7}n1p2\",mode=\"idle\"}} {(i % 3 == 0 ? random.Next(1_000_000) : Math.Round(random.NextDouble() * 1e6, 2))}\n");
        }
        return Encoding.UTF8.GetBytes(text.Append(isOpenMetrics ? "# EOF\n" : "").ToString());
    }
}
