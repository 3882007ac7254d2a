using Bongsu.Query.PromQL.Evaluation;
using Bongsu.Query.PromQL.Syntax;

namespace Bongsu.Query.PromQL;

/// <summary>What is asked of the engine once: a query, its steps and limits, and how its result is made.</summary>
internal sealed record PromQlRun<T>(string Query, TimeGrid Grid, bool IsRange, PromQlOptions Limits, Func<PromExpr, Evaluator, QueryClock, T> Evaluate)
    where T : class;
