using Bongsu.Query.PromQL.Histograms;
using Bongsu.Query.PromQL.Syntax;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>histogram_quantile over classic and native histograms alike.</summary>
internal sealed class HistogramQuantiles(Evaluator evaluator, PromExpr parameter, PromExpr argument, TimeGrid grid)
{
    private readonly QueryContext _context = evaluator.Context;
    private readonly BucketCounts _counts = new();

    /// <param name="quantiles">One a step.</param>
    /// <param name="label">A label that names the quantile, or null.</param>
    /// <param name="labelText">What it says.</param>
    /// <param name="consume">Takes the results.</param>
    public void Evaluate(double[] quantiles, string? label, string? labelText, Action<StepSeries> consume)
    {
        for (var i = 0; i < grid.Count; i++)
        {
            if (!(quantiles[i] >= 0 && quantiles[i] <= 1))
                _context.Warn(parameter, $"quantile value should be between 0 and 1, got {PromNumber.FormatShort(quantiles[i])}");
        }
        var all = evaluator.Vector(argument, grid);
        foreach (var histogram in ClassicHistograms.Gather(all, grid, _context, argument))
        {
            var labels = label is null ? histogram.Labels : new LabelSetBuilder(histogram.Labels).Set(label, labelText!).ToLabelSet();
            var result = new StepSeries(labels, _context.Rent(grid.Count)) { DropName = true };
            for (var step = 0; step < grid.Count; step++)
                result.Values[step] = At(histogram, step, quantiles[step]);
            consume(result);
        }
        _context.Return(all);
    }

    private double At(ClassicHistogram histogram, int step, double q)
    {
        var native = histogram.Native?.Histogram(step);
        _counts.Read(histogram, step);
        if (native is not null && _counts.Count > 0)
        {
            _context.Warn(argument, QueryContext.ForMetric("vector contains a mix of classic and native histograms", histogram.FirstSeries));
            return StepSeries.Absent;
        }
        if (native is not null)
            return Native(native, histogram, q);
        if (_counts.Count == 0)
            return StepSeries.Absent;
        if (_counts.Raised is { } raised)
        {
            var message = QueryContext.ForMetric("input to histogram_quantile needed to be fixed for monotonicity (see "
                + "https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)", histogram.FirstSeries);
            _context.Merged.BucketsRaised(argument, message, grid.At(step), raised);
        }
        return _counts.Quantile(q);
    }

    private double Native(NativeHistogram native, ClassicHistogram histogram, double q)
    {
        var result = HistogramStatistics.Quantile(native, q);
        if (HistogramStatistics.HasNaNs(native))
        {
            _context.Info(argument, QueryContext.ForMetric("input to histogram_quantile has NaN observations, result is "
                + (double.IsNaN(result) ? "NaN" : "skewed higher"), histogram.FirstSeries));
        }
        return result;
    }
}
