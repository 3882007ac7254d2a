namespace Bongsu.Ingest.Pipeline.Lint;

/// <summary>What is said of each rule, and from when on.</summary>
internal static class LintRules
{
    public const int Count = (int)LintRule.TimestampOff + 1;

    /// <summary>A record beyond it is for a blob store.</summary>
    public const long LargeBytes = 64 * IngestLimits.KiB;

    /// <summary>How far ahead a clock may be.</summary>
    public static readonly TimeSpan Ahead = TimeSpan.FromMinutes(5);

    /// <summary>How late a sender may be that has not lost its network for a day.</summary>
    public static readonly TimeSpan Behind = TimeSpan.FromDays(1);

    /// <summary>The share of records from which on a rule is worth a word: some lack a route or a trace for good reason.</summary>
    public static double LeastShare(LintRule rule) => rule switch
    {
        LintRule.MissingRoute or LintRule.MissingStatus => 0.01,
        LintRule.MissingTraceId => 0.2,
        _ => 0,
    };

    public static string Fix(LintRule rule) => rule switch
    {
        LintRule.SpanNameId => "Name spans after the operation (\"GET /orders/{id}\"), and put the id into an attribute: a name for each call can be neither grouped nor compared.",
        LintRule.RouteId => "Set http.route to the template of the route (\"/orders/{id}\"), not to the path of the request.",
        LintRule.MissingRoute => "Set http.route on server spans: the framework's instrumentation does, or do it where the route is matched. Without it the requests of all routes are one figure.",
        LintRule.MissingStatus => "Set http.response.status_code on server spans: without it a failed request counts as a good one.",
        LintRule.SecretInAttribute => "Take the attribute off where it is set: it was redacted here, but has left the service and may be logged on the way.",
        LintRule.TextLog => "Log JSON (or attributes over OTLP), with the values as fields: text can be searched, but not filtered or counted by field.",
        LintRule.MissingTraceId => "Put the trace id of the current span into each log record (trace_id): the logger's OpenTelemetry integration does, and it leads from a line to its trace and back.",
        LintRule.SplitStackTrace => "Send a stack trace within the record of its error: as a field (exception.stacktrace), or let the shipper join the lines.",
        LintRule.LevelName => "Use trace, debug, info, warn, error or fatal: other names are level \"unknown\", and an error among them is not counted as one.",
        LintRule.TooLarge => "Keep records below 64 KiB: store large payloads elsewhere, and log where.",
        _ => "Set the clock of the sender (NTP), and send times in nanoseconds since 1970, UTC: what is far off is not found beside the rest, and refused at the limits.",
    };
}
