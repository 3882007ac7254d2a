namespace Bongsu.Query;

/// <summary>On whose behalf a query runs: each kind has slots that the others cannot take (see <see cref="QueryGate"/>).</summary>
public enum QueryPriority
{
    /// <summary>People and their dashboards.</summary>
    Dashboard,
    /// <summary>Alerting and recording rules, SLOs, triage.</summary>
    Rule,
}
