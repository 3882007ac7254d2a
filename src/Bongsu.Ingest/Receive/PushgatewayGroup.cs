using System.Globalization;
using System.Text;
using Bongsu.Ingest.Decode.Exposition;
using Bongsu.Ingest.Scrape.Exposed;
using Bongsu.Ingest.Scrape.Jobs;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Ingest.Receive;

/// <summary>What was pushed under one grouping key, shown again and again as a target would. Not thread-safe.</summary>
internal sealed class PushgatewayGroup(LabelSet labels, IngestLimits limits)
{
    public const string PushTime = "push_time_seconds";
    public const string FailureTime = "push_failure_time_seconds";

    private static readonly ScrapeJob s_job = new() { Name = "pushgateway", Fingerprint = "", NativeHistograms = true, AlwaysClassicHistograms = true };

    private readonly SeriesLabels _rules = new(s_job, labels, limits, targetReplaces: true);
    private readonly TargetSeries _series = new();

    public LabelSet Labels { get; } = labels;

    public SortedDictionary<string, PushgatewayFamily> Families { get; } = new(StringComparer.Ordinal);

    public long PushedAtMs { get; private set; }

    public long FailedAtMs { get; private set; }

    /// <summary>When a failure was last written to the journal, in ms since the epoch.</summary>
    public long FailureJournaledMs { get; set; }

    public long SizeBytes => Families.Values.Sum(f => (long)f.Bytes.Length);

    public void Push(IEnumerable<PushgatewayFamily> families, bool replacesAll, long timeMs)
    {
        if (replacesAll)
            Families.Clear();
        foreach (var family in families)
            Families[family.Name] = family;
        PushedAtMs = timeMs;
    }

    public void Fail(long timeMs) => FailedAtMs = timeMs;

    /// <summary>Adds all samples to a batch, under one time; a fault says that a family cannot be shown.</summary>
    public string? Show(long timeMs, ScrapeWork work)
    {
        _series.Begin(timeMs);
        var fault = Read(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"# TYPE {PushTime} gauge\n# HELP {PushTime} Last Unix time when changing this group in the Pushgateway succeeded.\n{PushTime} {PushedAtMs / 1000.0:R}\n# TYPE {FailureTime} gauge\n# HELP {FailureTime} Last Unix time when changing this group in the Pushgateway failed.\n{FailureTime} {FailedAtMs / 1000.0:R}\n")), ExpositionFormat.PrometheusText, work);
        foreach (var family in Families.Values)
            fault ??= Read(family.Bytes, family.Format, work);
        _series.Finish(work);
        return fault;
    }

    /// <summary>Changes that make this group out of nothing, each with families of at most so many bytes, or with one.</summary>
    public IEnumerable<PushgatewayRecord> Records(int mostBytes)
    {
        var change = PushgatewayRecord.Put;
        var families = new List<PushgatewayFamily>();
        foreach (var family in Families.Values)
        {
            if (families.Count > 0 && families.Sum(f => (long)f.Bytes.Length) + family.Bytes.Length > mostBytes)
            {
                yield return PushgatewayRecord.Of(change, Labels, PushedAtMs, families);
                change = PushgatewayRecord.Post;
                families = [];
            }
            families.Add(family);
        }
        if (PushedAtMs > 0)
            yield return PushgatewayRecord.Of(change, Labels, PushedAtMs, families);
        if (FailedAtMs > 0)
            yield return PushgatewayRecord.Of(PushgatewayRecord.Fail, Labels, FailedAtMs);
    }

    /// <summary>Ends all series: the group was deleted.</summary>
    public void End(long timeMs, ScrapeWork work) => _series.EndAll(work, timeMs);

    /// <summary>Whether families could be shown beside each other under the group's labels: each series once, each within the limits. A fault says why not.</summary>
    public static string? Check(LabelSet labels, IEnumerable<PushgatewayFamily> families, IngestLimits limits, ScrapeWork work)
    {
        var trial = new PushgatewayGroup(labels, limits);
        trial.Push(families, replacesAll: true, 0);
        var fault = trial.Show(0, work);
        return fault ?? (work.Tally.Count > 0 ? work.Tally.Rejections[0].Detail
            : trial._series.Repeated is { } repeated ? $"collected metric {repeated} was collected before with the same name and label values" : null);
    }

    private string? Read(ReadOnlySpan<byte> bytes, ExpositionFormat format, ScrapeWork work) => format == ExpositionFormat.Protobuf
        ? new ProtobufScrape(_series, _rules, s_job, limits.RecordsPerRequest, limits, work).Read(bytes)
        : TextScrape.Read(bytes, format == ExpositionFormat.OpenMetrics, _series, _rules, s_job, limits.RecordsPerRequest, work);
}
