using Bongsu.Ingest.Pipeline.Redaction;
using Bongsu.Ingest.Pipeline.Sampling;
using Bongsu.Storage;

namespace Bongsu.Server.Configuration;

/// <summary>What the configuration folder says that is read once, at the start.</summary>
/// <param name="Redaction">What is removed before it is stored.</param>
/// <param name="MetricRetention">Metrics that are kept for another time than the rest.</param>
/// <param name="Sampling">What is kept of traces and logs; read again when it changes.</param>
internal sealed record StartDefinitions(RedactionRules Redaction, IReadOnlyList<MetricRetentionRule> MetricRetention, SamplingPlan Sampling);
