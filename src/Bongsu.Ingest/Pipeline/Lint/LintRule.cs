namespace Bongsu.Ingest.Pipeline.Lint;

/// <summary>What makes telemetry worth less than it could be. The name in camel case is what the API says.</summary>
public enum LintRule : byte
{
    SpanNameId,
    RouteId,
    MissingRoute,
    MissingStatus,
    SecretInAttribute,
    TextLog,
    MissingTraceId,
    SplitStackTrace,
    LevelName,
    TooLarge,
    TimestampOff,
}
