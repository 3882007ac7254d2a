using Bongsu.Telemetry;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Query.LogPatterns;

/// <summary>Reads log patterns and their counts back from the series they are kept in; no line is looked at. Thread-safe.</summary>
public sealed class LogPatternReader(ITelemetryStore store, TimeProvider time)
{
    // Templates are written again each hour while they have lines.
    private const long TemplateSlackMs = 2 * 3_600_000;

    /// <summary>Lines by pattern, level and step in [fromMs, toMs), most lines first.</summary>
    /// <param name="origins">Only lines from these.</param>
    /// <param name="levels">Only lines of these levels, when not null.</param>
    /// <param name="fromMs">Start, ms since the epoch.</param>
    /// <param name="toMs">End, ms since the epoch.</param>
    /// <param name="stepMs">Length of a step.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async ValueTask<IReadOnlyList<LogPatternLines>> RangeAsync(IReadOnlySet<LogOrigin> origins, IReadOnlySet<string>? levels, long fromMs, long toMs, long stepMs,
        CancellationToken cancellationToken)
    {
        var services = origins.Select(origin => origin.Service).ToHashSet();
        var service = services.Count == 1 ? services.First() : null;
        var catalogue = await CatalogueAsync(service, fromMs, cancellationToken);
        var found = new Dictionary<(LogPattern Pattern, string Level), SortedDictionary<long, long>>();
        await EachRunsAsync(service, fromMs, toMs - 1, CutsMs(fromMs, toMs, stepMs), (labels, runs) =>
        {
            var level = labels.Get(LogPatternSeries.Level) ?? "";
            var origin = new LogOrigin(labels.Get(LogPatternSeries.Service) ?? "", labels.Get(LogPatternSeries.Environment) ?? "");
            if (!origins.Contains(origin) || levels?.Contains(level) == false || !catalogue.TryGetValue((origin.Service, labels.Get(LogPatternSeries.PatternId) ?? ""), out var pattern))
                return;
            if (!found.TryGetValue((pattern, level), out var steps))
                found[(pattern, level)] = steps = [];
            foreach (ref readonly var run in runs)
            {
                var seconds = run.LastMs / stepMs * stepMs / 1000;
                steps[seconds] = steps.GetValueOrDefault(seconds) + (long)run.Sum;
            }
        }, cancellationToken);
        return [.. found.Select(pair => new LogPatternLines(pair.Key.Pattern, pair.Key.Level, [.. pair.Value.Select(step => (step.Key, step.Value))]))
            .OrderByDescending(lines => lines.Total).ThenBy(lines => lines.Pattern.Id, StringComparer.Ordinal)];
    }

    /// <summary>The patterns that had lines or events in the <paramref name="span"/> up to a moment or lines in the one before it.</summary>
    /// <param name="service">One service, or null for all.</param>
    /// <param name="span">How far back.</param>
    /// <param name="endMs">Back from when; now when left out.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async ValueTask<LogPatternChanges> ChangesAsync(string? service, TimeSpan span, long? endMs, CancellationToken cancellationToken)
    {
        var toMs = endMs ?? time.GetUtcNow().ToUnixTimeMilliseconds();
        var fromMs = toMs - (long)span.TotalMilliseconds;
        var beforeMs = fromMs - (long)span.TotalMilliseconds;
        var catalogue = await CatalogueAsync(service, beforeMs, cancellationToken);
        var tallies = new Dictionary<LogPattern, PatternTally>();
        long other = 0;
        await EachRunsAsync(service, beforeMs, toMs, [fromMs - 1], (labels, runs) =>
        {
            if (labels.Get(LogPatternSeries.PatternId) == LogPatternSeries.OtherId)
                other += PatternTally.Sum(runs, fromMs, long.MaxValue);
            else if (TallyOf(labels) is { } tally)
                tally.Count(labels.Get(LogPatternSeries.Level) ?? "", runs, fromMs);
        }, cancellationToken);
        await EachAsync(LogPatternSeries.Events, service, fromMs, toMs, (labels, samples) =>
            TallyOf(labels)?.Note(labels.Get(LogPatternSeries.Event) ?? "", samples.TimesMs.Span[^1]), cancellationToken);
        var changes = tallies.Select(pair => pair.Value.ToChange(pair.Key));
        return new LogPatternChanges([.. changes.OrderByDescending(c => c.NewAtMs is not null || c.GoneAtMs is not null).ThenByDescending(c => c.Lines)
            .ThenByDescending(c => c.LinesBefore).ThenBy(c => c.Pattern.Id, StringComparer.Ordinal)], other);

        PatternTally? TallyOf(LabelSet labels)
        {
            if (!catalogue.TryGetValue((labels.Get(LogPatternSeries.Service) ?? "", labels.Get(LogPatternSeries.PatternId) ?? ""), out var pattern))
                return null;
            return tallies.TryGetValue(pattern, out var tally) ? tally : tallies[pattern] = new PatternTally();
        }
    }

    // Of the templates that a pattern had the latest counts; those of late lines were written when the lines came.
    private async ValueTask<Dictionary<(string Service, string Id), LogPattern>> CatalogueAsync(string? service, long fromMs, CancellationToken cancellationToken)
    {
        var found = new Dictionary<(string, string), (long TimeMs, LogPattern Pattern)>();
        await EachAsync(LogPatternSeries.Templates, service, fromMs - TemplateSlackMs, time.GetUtcNow().ToUnixTimeMilliseconds(), (labels, samples) =>
        {
            var key = (labels.Get(LogPatternSeries.Service) ?? "", labels.Get(LogPatternSeries.PatternId) ?? "");
            var timeMs = samples.TimesMs.Span[^1];
            if (labels.Get(LogPatternSeries.Template) is not { } template || (found.TryGetValue(key, out var known) && known.TimeMs >= timeMs))
                return;
            var isField = labels.Get(LogPatternSeries.Part) == LogPatternSeries.FieldPart;
            found[key] = (timeMs, new LogPattern(key.Item1, key.Item2, template, LineFilterText.Of(template, isField), (long)Math.Round(samples.Values.Span[^1] * 1000)));
        }, cancellationToken);
        return found.ToDictionary(pair => pair.Key, pair => pair.Value.Pattern);
    }

    // Runs rather than samples: what is old may be kept as rollups only, and long stretches cost less.
    private async ValueTask EachRunsAsync(string? service, long fromMs, long toMs, long[] cutsMs, RunsAction each, CancellationToken cancellationToken)
    {
        using var selection = await SelectAsync(LogPatternSeries.Lines, service, fromMs, toMs, cancellationToken);
        using var reader = selection.OpenReader();
        var runs = new Column<SampleRun>();
        for (var i = 0; i < selection.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            runs.Clear();
            if (reader.TryReadRuns(i, cutsMs, RunFigures.Sum, runs) && runs.Count > 0)
                each(selection.Labels(i), runs.Span);
        }
    }

    // A sample at a cut belongs to the run before it.
    private static long[] CutsMs(long fromMs, long toMs, long stepMs)
    {
        var cuts = new List<long>();
        for (var startMs = (fromMs / stepMs + 1) * stepMs; startMs < toMs; startMs += stepMs)
            cuts.Add(startMs - 1);
        return [.. cuts];
    }

    private async ValueTask EachAsync(string name, string? service, long fromMs, long toMs, Action<LabelSet, SampleColumns> each, CancellationToken cancellationToken)
    {
        using var selection = await SelectAsync(name, service, fromMs, toMs, cancellationToken);
        using var reader = selection.OpenReader();
        var samples = new SampleColumns();
        for (var i = 0; i < selection.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            samples.Clear();
            reader.Read(i, samples);
            if (samples.TimesMs.Count > 0)
                each(selection.Labels(i), samples);
        }
    }

    private ValueTask<ISeriesSelection> SelectAsync(string name, string? service, long fromMs, long toMs, CancellationToken cancellationToken)
    {
        List<LabelMatcher> matchers = [new LabelMatcher(Telemetry.Labels.MatchType.Equal, LabelNames.MetricName, name)];
        if (service is not null)
            matchers.Add(new LabelMatcher(Telemetry.Labels.MatchType.Equal, LogPatternSeries.Service, service));
        return store.Metrics.SelectAsync(new SeriesSelect(fromMs, toMs, matchers), cancellationToken);
    }

    private delegate void RunsAction(LabelSet labels, ReadOnlySpan<SampleRun> runs);
}
