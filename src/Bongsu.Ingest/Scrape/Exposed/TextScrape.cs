using Bongsu.Ingest.Decode.Exposition;
using Bongsu.Ingest.Scrape.Jobs;

namespace Bongsu.Ingest.Scrape.Exposed;

/// <summary>Reads a text exposition into the series of a target.</summary>
internal static class TextScrape
{
    /// <summary>Fills the batch; a fault, with its place, means that nothing of it may be stored.</summary>
    public static string? Read(ReadOnlySpan<byte> body, bool isOpenMetrics, TargetSeries target, SeriesLabels rules, ScrapeJob job, int maxSamples, ScrapeWork work)
    {
        var reader = new ExpositionReader(body, isOpenMetrics);
        while (reader.Read(target.Expected))
        {
            var fault = ScrapeBounds.Exceeded(target, work, maxSamples);
            if (fault is not null)
                return fault;
            if (reader.Entry != ExpositionEntry.Sample)
            {
                Metadata(ref reader, target, isOpenMetrics);
                continue;
            }
            var line = target.Find(reader.Series) ?? Learn(ref reader, isOpenMetrics, target, rules, work, out fault);
            if (line is null)
                return fault;
            target.Add(line, reader.HasTimestamp, reader.TimestampMs, reader.Value, job, work);
            if (!reader.ExemplarLabels.IsEmpty && Exemplar(ref reader, line, target, work) is { } wrong)
                return wrong;
        }
        return reader.Fault?.ToString() ?? ScrapeBounds.Exceeded(target, work, maxSamples);
    }

    private static KnownLine? Learn(ref ExpositionReader reader, bool isOpenMetrics, TargetSeries target, SeriesLabels rules, ScrapeWork work, out string? fault)
    {
        if (!work.Parser.TryParse(reader.Series, work.Labels))
        {
            fault = reader.FaultInSeries(work.Parser.ErrorAt, work.Parser.Error!).ToString();
            return null;
        }
        BoundLabels.Normalize(work.Labels, target.Families.Current);
        var line = target.Learn(reader.Series, work.Labels, rules, out var wrong);
        fault = wrong is null ? null : reader.FaultInSeries(0, wrong).ToString();
        if (isOpenMetrics && line is not null)
            StartTimes.Link(line, target, work);
        return line;
    }

    private static void Metadata(ref ExpositionReader reader, TargetSeries target, bool isOpenMetrics)
    {
        var family = target.Families.Enter(reader.Name, reader.IsNameQuoted, target.Scrape);
        switch (reader.Entry)
        {
            case ExpositionEntry.Type: family.SetType(reader.Type); break;
            // OpenMetrics escapes quotes in help texts; the older format does not.
            case ExpositionEntry.Help: family.SetHelp(reader.Text, isQuoted: isOpenMetrics); break;
            case ExpositionEntry.Unit: family.SetUnit(reader.Text); break;
        }
    }

    private static string? Exemplar(ref ExpositionReader reader, KnownLine line, TargetSeries target, ScrapeWork work)
    {
        var hash = KeyedHash.Of(reader.ExemplarLabels) ^ (ulong)BitConverter.DoubleToInt64Bits(reader.ExemplarValue) ^ (ulong)(reader.HasExemplarTimestamp ? reader.ExemplarTimestampMs : 0);
        if (hash == line.LastExemplar)
            return null;
        if (!work.Parser.TryParseExemplar(reader.ExemplarLabels, work.Labels))
            return reader.FaultInExemplar(work.Parser.ErrorAt, work.Parser.Error!).ToString();
        target.AddExemplar(line, hash, work.Labels, reader.HasExemplarTimestamp, reader.ExemplarTimestampMs, reader.ExemplarValue, work);
        return null;
    }
}
