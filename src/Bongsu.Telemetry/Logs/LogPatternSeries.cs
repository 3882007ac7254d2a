namespace Bongsu.Telemetry.Logs;

/// <summary>
/// Names of the series in which log patterns are kept: who counts them writes these, who shows them reads these. A template is the text of a line with
/// <see cref="Placeholder"/> for what varies; two spaces stand for any other white space.
/// </summary>
public static class LogPatternSeries
{
    /// <summary>One series a pattern and template; its value is when the pattern was first seen, in seconds since the epoch.</summary>
    public const string Templates = "bongsu_log_pattern_first_seen_seconds";

    /// <summary>Lines since the sample before, at the time of the records: a sum over time counts lines.</summary>
    public const string Lines = "bongsu_log_pattern_lines";

    /// <summary>A sample of 1 for each event, at its time.</summary>
    public const string Events = "bongsu_log_pattern_events";

    public const string Service = "service_name";
    public const string Environment = "deployment_environment_name";
    public const string Level = "level";
    public const string PatternId = "pattern_id";
    public const string Template = "template";

    /// <summary>Which part of a line the template is of: <see cref="FieldPart"/>, or absent for the whole line.</summary>
    public const string Part = "part";

    /// <summary>The template is of the message in a line that is JSON.</summary>
    public const string FieldPart = "field";

    public const string Event = "event";
    public const string NewEvent = "new";
    public const string GoneEvent = "gone";

    /// <summary>The id under which lines are counted that belong to no pattern that was kept.</summary>
    public const string OtherId = "other";

    public const string Placeholder = "<_>";

    /// <summary>Lines are counted in steps of this many ms.</summary>
    public const long StepMs = 10_000;
}
