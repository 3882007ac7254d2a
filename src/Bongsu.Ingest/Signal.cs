namespace Bongsu.Ingest;

/// <summary>The three kinds of telemetry.</summary>
public enum Signal : byte
{
    Traces,
    Logs,
    Metrics,
}
