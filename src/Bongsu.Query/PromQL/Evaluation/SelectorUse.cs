using Bongsu.Query.PromQL.Syntax;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>What the expression around a selector wants of it.</summary>
/// <param name="Grid">The steps at which it is evaluated.</param>
/// <param name="Function">The function or aggregation that it is handed to.</param>
/// <param name="AsksForStats">
/// Only count and sum of its histograms are asked for; null where something around needs their buckets, whatever is asked further in. Prometheus reads the
/// former without buckets and finds resets as it reads; what it then says of conflicting resets is part of its answers.
/// </param>
internal readonly record struct SelectorUse(TimeGrid Grid, string? Function, bool? AsksForStats)
{
    /// <summary>What a function wants of its arguments.</summary>
    public SelectorUse In(CallExpr call) => this with
    {
        Function = call.Function.Name,
        AsksForStats = call.Function.Name switch
        {
            "histogram_quantile" or "histogram_quantiles" or "histogram_fraction" => null,
            "histogram_count" or "histogram_sum" or "histogram_avg" when AsksForStats is not null => true,
            _ => AsksForStats,
        },
    };

    /// <summary>What an operator wants of its sides.</summary>
    public SelectorUse In(BinaryExpr binary) =>
        this with { Function = null, AsksForStats = binary.Operator is BinaryOperator.TrimLower or BinaryOperator.TrimUpper ? null : AsksForStats };
}
