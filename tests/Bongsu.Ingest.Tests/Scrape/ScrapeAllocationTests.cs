using System.Text;
using Bongsu.Ingest.Decode.Exposition;
using Bongsu.Ingest.Scrape.Exposed;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Ingest.Tests.Scrape;

/// <summary>A target whose series are known costs no allocation, whichever form it shows them in and whichever order it has.</summary>
public sealed class ScrapeAllocationTests
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Reading_known_lines_allocates_nothing(bool isOpenMetrics, bool changesOrder)
    {
        var limits = new IngestLimits();
        var job = ScrapeWorld.Job();
        var work = new ScrapeWork(limits);
        var target = new TargetSeries();
        var rules = new SeriesLabels(job, LabelSet.Of(("job", "j"), ("instance", "i")), limits);
        var lines = Enumerable.Range(0, 200).Select(i => $"http_requests_total{{code=\"{i % 5}00\",path=\"/api/{i}\"}} {i}.25{(isOpenMetrics ? " # {trace_id=\"abc\"} 1" : " 1700000000000")}\n").ToList();
        byte[][] bodies = [Body(lines), Body(changesOrder ? [.. lines.AsEnumerable().Reverse()] : lines)];
        var now = 1_763_560_800_000;
        var round = 0;

        var least = long.MaxValue;
        for (var i = 0; i < 60; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            work.Clear();
            target.Begin(now += 1000);
            Assert.Null(TextScrape.Read(bodies[round++ % 2], isOpenMetrics, target, rules, job, limits.RecordsPerRequest, work));
            target.Finish(work);
            TargetSeries.Stored(work, now);
            if (i >= 40)
                least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        Assert.Equal(200, target.Kept);
        Assert.Equal(0, least);

        byte[] Body(List<string> all) => Encoding.UTF8.GetBytes($"# TYPE http_requests counter\n# HELP http_requests Requests.\n{string.Concat(all)}{(isOpenMetrics ? "# EOF\n" : "")}");
    }
}
