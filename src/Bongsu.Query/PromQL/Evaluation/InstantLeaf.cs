using Bongsu.Query.PromQL.Kernels;
using Bongsu.Query.PromQL.Syntax;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>A selector: for each step the newest sample within the lookback, unless that is a staleness marker.</summary>
internal sealed class InstantLeaf(QueryContext context, ISeriesSelection selection, TimeGrid grid, SelectorExpr selector, bool timestamps)
    : SeriesLeaf(context, selection, grid)
{
    private readonly long _lookbackMs = (long)context.Options.Lookback.TotalMilliseconds;
    private readonly long? _fixedMs = SelectorPlan.FixedTime(selector.At, context.Grid);

    /// <summary>Only the times of samples have lost the name; the samples themselves keep it.</summary>
    public override bool DropsName => timestamps;

    protected override long SampledMs => _lookbackMs + (_fixedMs is null ? Grid.EndMs - Grid.StartMs : 0);

    public override SeriesLeafReader OpenReader() => new Reader(this, Context);

    private sealed class Reader(InstantLeaf leaf, QueryContext context) : SeriesLeafReader(context, leaf.Selection)
    {
        private readonly WindowGrid _windows =
            new((leaf._fixedMs ?? leaf.Grid.StartMs) - leaf.OffsetMs, leaf.Grid.StepMs, leaf._fixedMs is null ? leaf.Grid.Count : 1, leaf._lookbackMs);

        private long _seen;

        public override long Seen => _seen;

        public override bool Compute(int series, StepSeries into)
        {
            Read(series);
            if (Columns.IsEmpty)
                return false;
            var isKernels = Columns.HistogramTimesMs.Count == 0 && !leaf.IsTimestamps && leaf.Context.Options.UseKernels;
            var present = isKernels ? RunKernel(into) : RunPlain(into);
            if (present == 0)
                return false;
            for (var i = 1; leaf._fixedMs is not null && i < leaf.Grid.Count; i++)
                VectorScalar.Store(into, i, BinaryOperand.At(into, 0));
            _seen += leaf._fixedMs is null ? present : leaf.Grid.Count;
            return true;
        }

        // Both give how many steps have a value.
        private int RunKernel(StepSeries into)
        {
            InstantKernel.Run(Columns.TimesMs.Span, Columns.Values.Span, _windows, into.Values);
            return SampleScan.CountAny(into.Values.AsSpan(0, _windows.Count));
        }

        private int RunPlain(StepSeries into)
        {
            var present = 0;
            into.Values.AsSpan().Fill(StepSeries.Absent);
            var floats = new WindowCursor(Columns.TimesMs.Span, _windows);
            var histograms = new WindowCursor(Columns.HistogramTimesMs.Span, _windows);
            for (var step = 0; step < _windows.Count; step++)
            {
                floats.MoveTo(step);
                histograms.MoveTo(step);
                var (last, lastHistogram) = (floats.Count > 0 ? floats.High - 1 : -1, histograms.Count > 0 ? histograms.High - 1 : -1);
                if (floats.Count + histograms.Count > 0 && Take(into, step, last, lastHistogram))
                    present++;
            }
            return present;
        }

        private bool Take(StepSeries into, int step, int at, int histogramAt)
        {
            var time = at < 0 ? long.MinValue : Columns.TimesMs[at];
            var histogramTime = histogramAt < 0 ? long.MinValue : Columns.HistogramTimesMs[histogramAt];
            var histogram = histogramTime > time ? Columns.Histograms[histogramAt] : null;
            if (histogram is null ? SampleValues.IsStale(Columns.Values[at]) : histogram.IsStale)
                return false;
            if (leaf.IsTimestamps)
                into.Values[step] = Math.Max(time, histogramTime) / 1000.0;
            else if (histogram is not null)
                into.Set(step, histogram);
            else
                into.Values[step] = Columns.Values[at];
            return true;
        }
    }

    private long OffsetMs => selector.OffsetMs;

    private bool IsTimestamps => timestamps;
}
