using System.Globalization;
using Bongsu.Query.PromQL.Syntax;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>Annotations that are said once for all the series and steps they concern, with what they span. Thread-safe.</summary>
internal sealed class MergedNotes(string query)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Raised> _raised = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Place, int Count)> _overlaps = new(StringComparer.Ordinal);

    public List<string> Warnings
    {
        get
        {
            lock (_lock)
                return [.. _overlaps.Select(o => $"PromQL warning: {o.Key}{(o.Value.Count > 1 ? $" ({o.Value.Count} occurrences)" : "")} ({o.Value.Place})")];
        }
    }

    public List<string> Infos
    {
        get
        {
            lock (_lock)
                return [.. _raised.Select(r => $"PromQL info: {r.Key}{r.Value}")];
        }
    }

    /// <summary>Buckets of a classic histogram had to be raised to the one below them.</summary>
    /// <param name="at">The histograms.</param>
    /// <param name="message">With the metric name.</param>
    /// <param name="timeMs">The moment evaluated.</param>
    /// <param name="span">First and last bound raised, and by how much at most.</param>
    public void BucketsRaised(PromExpr at, string message, long timeMs, (double Least, double Most, double Difference) span)
    {
        lock (_lock)
        {
            var raised = _raised.GetValueOrDefault(message) ?? new Raised(PromQlParser.Place(query, at.Span.Start), timeMs, timeMs, span.Least, span.Most, 0, 0);
            _raised[message] = raised with
            {
                FirstMs = Math.Min(raised.FirstMs, timeMs),
                LastMs = Math.Max(raised.LastMs, timeMs),
                Least = Math.Min(raised.Least, span.Least),
                Most = Math.Max(raised.Most, span.Most),
                Difference = Math.Max(raised.Difference, span.Difference),
                Count = raised.Count + 1,
            };
        }
    }

    /// <summary>A sample began before the one before it ended.</summary>
    public void StartsOverlap(PromExpr at, string message)
    {
        lock (_lock)
        {
            var (place, count) = _overlaps.GetValueOrDefault(message, (PromQlParser.Place(query, at.Span.Start), 0));
            _overlaps[message] = (place, count + 1);
        }
    }

    private sealed record Raised(string Place, long FirstMs, long LastMs, double Least, double Most, double Difference, int Count)
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture,
            $", from buckets {PromNumber.FormatShort(Least)} to {PromNumber.FormatShort(Most)}, with a max diff of {Digits(Difference)}, "
            + $"over {Count} samples from {Time(FirstMs)} to {Time(LastMs)} ({Place})");

        private static string Digits(double value) => value.ToString("G2", CultureInfo.InvariantCulture).Replace('E', 'e');

        // Why: milliseconds of hundreds of millions of years are times to a query, yet no dates.
        private static string Time(long ms) => ms / 1000 is var seconds && Math.Abs(seconds) < 62_135_596_800
            ? DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture)
            : seconds.ToString(CultureInfo.InvariantCulture);
    }
}
