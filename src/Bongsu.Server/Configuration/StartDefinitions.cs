using Bongsu.Ingest.Pipeline.Budgets;
using Bongsu.Ingest.Pipeline.Redaction;
using Bongsu.Ingest.Pipeline.Sampling;

namespace Bongsu.Server.Configuration;

/// <summary>What the configuration folder says that is needed before anything is opened.</summary>
/// <param name="Redaction">What is removed before it is stored; read once.</param>
/// <param name="Retention">What is kept for another time than the rest; read again with the rest of the folder.</param>
/// <param name="Budgets">What services may send on one day; read again with the rest of the folder.</param>
/// <param name="Sampling">What is kept of traces and logs; read again when it changes.</param>
internal sealed record StartDefinitions(RedactionRules Redaction, RetentionDefinitions Retention, BudgetRules Budgets, SamplingPlan Sampling);
