using System.Globalization;
using System.Text;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Ingest.Pipeline.Derive.Patterns;

/// <summary>Puts the patterns of the last days back from the series that they were written to, so that their ids go on over a restart.</summary>
internal static class PatternRestore
{
    /// <summary>A pattern without lines for longer is forgotten, and new when it comes again.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromDays(7);

    private const long PresenceMs = (PatternHistory.SteadySlots + PatternHistory.SilentSlots) * PatternHistory.SlotMs;

    public static async Task RunAsync(ITelemetryStore store, LogPatterns patterns, CancellationToken cancellationToken)
    {
        var nowMs = patterns.NowMs;
        var found = new Dictionary<(string Service, ulong Id), Kept>();
        await EachAsync(store, LogPatternSeries.Templates, nowMs - (long)Memory.TotalMilliseconds, nowMs, (key, labels, samples) => Keep(found, key, labels, samples), cancellationToken);
        var slots = new Dictionary<string, SortedSet<long>>();
        await EachAsync(store, LogPatternSeries.Lines, nowMs - PresenceMs, nowMs, (key, _, samples) => Slots(found, slots, key, samples), cancellationToken);
        // The latest first: should there be less room than there was, they are the ones to have it.
        foreach (var (key, kept) in found.OrderByDescending(pair => pair.Value.TimeMs))
        {
            slots.TryGetValue(key.Service, out var ofService);
            patterns.Of(Encoding.UTF8.GetBytes(key.Service))?.Restore(key.Id, kept.IsField, Encoding.UTF8.GetBytes(kept.Template), kept.FirstSeenMs, Presence(kept.Slots, ofService, nowMs));
        }
    }

    private static async Task EachAsync(ITelemetryStore store, string name, long fromMs, long toMs,
        Action<(string, ulong), LabelSet, SampleColumns> each, CancellationToken cancellationToken)
    {
        LabelMatcher[] matchers = [new LabelMatcher(Telemetry.Labels.MatchType.Equal, LabelNames.MetricName, name)];
        using var selection = await store.Metrics.SelectAsync(new SeriesSelect(fromMs, toMs, matchers), cancellationToken);
        using var reader = selection.OpenReader();
        var samples = new SampleColumns();
        for (var i = 0; i < selection.Count; i++)
        {
            var labels = selection.Labels(i);
            samples.Clear();
            reader.Read(i, samples);
            if (samples.TimesMs.Count > 0 && labels.Get(LogPatternSeries.Service) is { } service
                && ulong.TryParse(labels.Get(LogPatternSeries.PatternId), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var id))
                each((service, id), labels, samples);
        }
    }

    private static void Keep(Dictionary<(string, ulong), Kept> found, (string, ulong) key, LabelSet labels, SampleColumns samples)
    {
        var timeMs = samples.TimesMs.Span[^1];
        if (labels.Get(LogPatternSeries.Template) is not { } template || (found.TryGetValue(key, out var known) && known.TimeMs >= timeMs))
            return;
        found[key] = new Kept(timeMs, template, labels.Get(LogPatternSeries.Part) is not null, (long)Math.Round(samples.Values.Span[^1] * 1000), []);
    }

    private static void Slots(Dictionary<(string, ulong), Kept> found, Dictionary<string, SortedSet<long>> slots, (string Service, ulong) key, SampleColumns samples)
    {
        if (!found.TryGetValue(key, out var kept))
            return;
        if (!slots.TryGetValue(key.Service, out var ofService))
            slots[key.Service] = ofService = [];
        foreach (var timeMs in samples.TimesMs.Span)
        {
            kept.Slots.Add(timeMs / PatternHistory.SlotMs);
            ofService.Add(timeMs / PatternHistory.SlotMs);
        }
    }

    private static ulong Presence(HashSet<long> mine, SortedSet<long>? ofService, long nowMs)
    {
        ulong presence = 0;
        foreach (var slot in ofService ?? [])
        {
            if (slot < nowMs / PatternHistory.SlotMs)
                presence = presence << 1 | (mine.Contains(slot) ? 1u : 0u);
        }
        return presence;
    }

    private sealed record Kept(long TimeMs, string Template, bool IsField, long FirstSeenMs, HashSet<long> Slots);
}
