using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Query.Tests.PromQL;

/// <summary>
/// A selection as of a store that keeps, of samples up to <paramref name="keeping"/>'s moment, only the rollups: each of the samples after one multiple of
/// its length, up to and including the next.
/// </summary>
internal sealed class RollupSelection(ISeriesSelection inner, SeriesSelect select, RollupKeeping keeping) : ISeriesSelection
{
    private readonly HashSet<string> _warnings = [];

    public int Count => inner.Count;

    public IReadOnlyList<string> Warnings
    {
        get
        {
            lock (_warnings)
                return [.. _warnings];
        }
    }

    public long RawFromMs => select.FromMs <= keeping.UpToMs ? keeping.UpToMs + 1 : long.MinValue;

    public LabelSet Labels(int series) => inner.Labels(series);

    public ISeriesReader OpenReader() => new Reader(this, inner.OpenReader());

    public void Dispose() => inner.Dispose();

    private sealed class Reader(RollupSelection selection, ISeriesReader inner) : ISeriesReader
    {
        private readonly SampleColumns _samples = new();
        private readonly Column<SampleRun> _rollups = new();

        public void Read(int series, SampleColumns into)
        {
            Interlocked.Increment(ref selection.Keeping.SampleReads);
            Load(series);
            foreach (var rollup in _rollups.Span)
            {
                Add(rollup.FirstMs, rollup.First, into);
                if (rollup.Count > 1)
                    Add(rollup.LastMs, rollup.Last, into);
            }
            for (var i = 0; i < _samples.TimesMs.Count; i++)
                Add(_samples.TimesMs[i], _samples.Values[i], into);
            for (var i = 0; i < _samples.HistogramTimesMs.Count; i++)
                into.Add(_samples.HistogramTimesMs[i], _samples.Histograms[i]);
        }

        public bool TryReadRuns(int series, ReadOnlySpan<long> cutsMs, RunFigures figures, Column<SampleRun> into)
        {
            Interlocked.Increment(ref selection.Keeping.RunReads);
            Load(series);
            if (_samples.HistogramTimesMs.Count > 0)
                return false;
            foreach (var rollup in _rollups.Span)
            {
                if (!selection.Has(rollup.LastMs))
                    continue;
                into.Add(rollup);
                foreach (var cut in cutsMs)
                {
                    if (rollup.FirstMs <= cut && cut < rollup.LastMs)
                        selection.Warn("rollups are counted whole");
                }
            }
            SampleRuns.Append(_samples.TimesMs.Span, _samples.Values.Span, cutsMs, into);
            return true;
        }

        public void Dispose() => inner.Dispose();

        // Leaves what is kept as it came.
        private void Load(int series)
        {
            var all = new SampleColumns();
            inner.Read(series, all);
            _rollups.Clear();
            _samples.Clear();
            var old = 0;
            while (old < all.TimesMs.Count && all.TimesMs[old] <= selection.Keeping.UpToMs)
                old++;
            var cuts = new List<long>();
            for (var i = 0; i < old; i++)
                cuts.Add((long)Math.Ceiling((double)all.TimesMs[i] / selection.Keeping.LengthMs) * selection.Keeping.LengthMs);
            SampleRuns.Append(all.TimesMs.Span[..old], all.Values.Span[..old], [.. cuts.Distinct()], _rollups);
            for (var i = old; i < all.TimesMs.Count; i++)
                Add(all.TimesMs[i], all.Values[i], _samples);
            for (var i = 0; i < all.HistogramTimesMs.Count; i++)
                _samples.Add(all.HistogramTimesMs[i], all.Histograms[i]);
        }

        private void Add(long timeMs, double value, SampleColumns into)
        {
            if (selection.Has(timeMs))
                into.Add(timeMs, value);
        }
    }

    private RollupKeeping Keeping => keeping;

    private bool Has(long timeMs) => timeMs >= select.FromMs && timeMs <= select.ToMs;

    private void Warn(string warning)
    {
        lock (_warnings)
            _warnings.Add(warning);
    }
}
