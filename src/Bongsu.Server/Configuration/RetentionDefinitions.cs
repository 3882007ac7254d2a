using Bongsu.Storage;

namespace Bongsu.Server.Configuration;

/// <summary>What is kept for another time than the rest of its signal.</summary>
internal sealed record RetentionDefinitions(IReadOnlyList<MetricRetentionRule> Metrics, IReadOnlyList<EventRetentionRule> Logs, IReadOnlyList<EventRetentionRule> Traces)
{
    public static readonly RetentionDefinitions None = new([], [], []);
}
