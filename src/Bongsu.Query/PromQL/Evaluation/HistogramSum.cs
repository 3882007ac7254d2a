using Bongsu.Query.PromQL.Histograms;
using Bongsu.Query.PromQL.Syntax;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>Adds up native histograms and says what had to be given up for it.</summary>
internal sealed class HistogramSum(QueryContext context, PromExpr at)
{
    private bool _hasReset;
    private bool _hasNoReset;

    public NativeHistogram? Total { get; private set; }

    /// <summary>False when exponential and custom buckets meet; the total is then of no use.</summary>
    public bool Add(NativeHistogram histogram)
    {
        _hasReset |= histogram.ResetHint == CounterResetHint.Reset;
        _hasNoReset |= histogram.ResetHint == CounterResetHint.NotReset;
        if (Total is null)
        {
            Total = histogram;
            return true;
        }
        if (_hasReset && _hasNoReset)
            context.Warn(at, "conflicting counter resets during histogram aggregation");
        var sum = HistogramMath.Combine(Total, histogram, 1, out var reconciled);
        if (sum is null)
            return false;
        if (reconciled)
            context.Info(at, "mismatched custom buckets were reconciled during aggregation");
        Total = sum;
        return true;
    }
}
