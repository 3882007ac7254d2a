using System.Globalization;
using Bongsu.Ingest;
using Bongsu.Ingest.Pipeline.Budgets;

namespace Bongsu.Server.Api.Operations;

/// <summary>How one daily budget stands, as the page shows it.</summary>
internal sealed record BudgetRow(
    string Service, string Signal, long Bytes, long Records, long? BytesLimit, long? RecordsLimit, double? Used, string Action, double? Keep, long? SlowMs, string State,
    long SampledOut, long Refused, long? ReachedMs, string Sentence)
{
    private const long DayMs = 86_400_000;

    // Less of a day says little of the rest of it.
    private const long LeastMs = 30 * 60_000;

    public static BudgetRow Of(DailyUse use, long dayMs, long nowMs)
    {
        var budget = use.Budget;
        var isSample = budget.HasLimit && budget.Action == BudgetAction.Sample;
        return new BudgetRow(
            use.Service, use.Signal.ToString().ToLowerInvariant(), use.Bytes, use.Records, budget.Bytes > 0 ? budget.Bytes : null, budget.Records > 0 ? budget.Records : null,
            budget.HasLimit ? use.Used : null, budget.Action.ToString().ToLowerInvariant(), isSample ? budget.Keep : null, isSample ? (long)budget.Slow.TotalMilliseconds : null,
            budget.HasLimit || use.State == BudgetState.Over ? use.State.ToString().ToLowerInvariant() : "none", use.SampledOut, use.Refused, Reached(use, dayMs, nowMs), Describe(use));
    }

    /// <summary>When the budget is used up at the rate of the day so far; null: not before it begins anew, or too little is known.</summary>
    private static long? Reached(DailyUse use, long dayMs, long nowMs)
    {
        var (used, passedMs) = (use.Used, nowMs - dayMs);
        if (used is <= 0 or >= 1 || passedMs < LeastMs)
            return null;
        var atMs = dayMs + (long)(passedMs / used);
        return atMs < dayMs + DayMs ? atMs : null;
    }

    /// <summary>How it stands in one sentence.</summary>
    public static string Describe(DailyUse use)
    {
        var what = $"{(use.Signal == Ingest.Signal.Logs ? "Logs" : "Spans")} of service '{use.Service}'";
        if (!use.Budget.HasLimit)
            return $"{what} have no daily budget.";
        var used = (use.Used * 100).ToString("0", CultureInfo.InvariantCulture);
        if (use.State != BudgetState.Over)
            return $"{what} have used {used} % of today's budget.";
        return use.Budget.Action switch
        {
            BudgetAction.Refuse => $"{what} have used up today's budget: {use.Refused} were refused, until 00:00 UTC.",
            BudgetAction.Sample => $"{what} have used up today's budget: errors, slow ones and {use.Budget.Keep * 100:0.##} % of the rest are kept until 00:00 UTC; {use.SampledOut} were left out.",
            _ => $"{what} have used {used} % of today's budget; nothing is refused.",
        };
    }
}
