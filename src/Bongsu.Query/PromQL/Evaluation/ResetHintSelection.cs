using Bongsu.Query.PromQL.Histograms;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>A selection whose histograms say whether the counter was reset before them, found by comparing neighbours where it was unknown.</summary>
internal sealed class ResetHintSelection(ISeriesSelection inner) : ISeriesSelection
{
    public int Count => inner.Count;

    public IReadOnlyList<string> Warnings => inner.Warnings;

    public long RawFromMs => inner.RawFromMs;

    public LabelSet Labels(int series) => inner.Labels(series);

    public ISeriesReader OpenReader() => new Reader(inner.OpenReader());

    public void Dispose() => inner.Dispose();

    private sealed class Reader(ISeriesReader inner) : ISeriesReader
    {
        public void Read(int series, SampleColumns into)
        {
            var from = into.Histograms.Count;
            inner.Read(series, into);
            NativeHistogram? previous = null;
            for (var i = from; i < into.Histograms.Count; i++)
            {
                var histogram = into.Histograms[i];
                if (histogram.IsStale)
                    continue;
                if (previous is not null && histogram.ResetHint == CounterResetHint.Unknown)
                {
                    var hint = HistogramMath.IsReset(previous, histogram) ? CounterResetHint.Reset : CounterResetHint.NotReset;
                    into.Histograms[i] = histogram with { ResetHint = hint };
                }
                previous = histogram;
            }
        }

        public bool TryReadRuns(int series, ReadOnlySpan<long> cutsMs, RunFigures figures, Column<SampleRun> into) =>
            inner.TryReadRuns(series, cutsMs, figures, into);

        public void Dispose() => inner.Dispose();
    }
}
