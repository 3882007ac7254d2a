using Bongsu.Telemetry.Labels;

namespace Bongsu.Response.Red;

/// <summary>
/// One convention in which services count their requests: metric names, label names and unit. A label may have several spellings, the first one
/// present on a series counts. Immutable.
/// </summary>
public sealed record RedDialect(RedKind Kind, string CounterMetric)
{
    /// <summary>Base name of the classic histogram (<c>_bucket</c>, <c>_sum</c>, <c>_count</c>); null when only requests are counted.</summary>
    public string? DurationMetric { get; init; }

    /// <summary>Whether <see cref="DurationMetric"/> may also come as a native histogram under its plain name.</summary>
    public bool MayBeNative { get; init; }

    /// <summary>Seconds in one unit of the duration: 0.001 for milliseconds.</summary>
    public double SecondsPerUnit { get; init; } = 1;

    /// <summary>Which series of the metrics are requests of the service; null for all.</summary>
    public LabelMatcher? Requests { get; init; }

    public IReadOnlyList<string> ServiceLabels { get; init; } = ["service_name", "job"];
    public IReadOnlyList<string> RouteLabels { get; init; } = [];

    /// <summary>Names the operation of what is no HTTP request (a message, a remote call); null when the dialect has only HTTP.</summary>
    public string? OperationLabel { get; init; }

    public IReadOnlyList<string> MethodLabels { get; init; } = [];

    /// <summary>Labels that name the class of an error: exception type, status code.</summary>
    public IReadOnlyList<string> ErrorTypeLabels { get; init; } = [];

    /// <summary>
    /// Matchers that select failed requests: alternatives that exclude each other. A failed request is a status of 500 or more, or an error without
    /// any status; never a 4xx. Empty when the dialect does not tell.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<LabelMatcher>> ErrorMatchers { get; init; } = [];

    /// <summary>Whether a series counts failed requests.</summary>
    internal bool IsFailed(LabelSet labels)
    {
        foreach (var alternative in ErrorMatchers)
        {
            if (LabelMatcher.MatchesAll(alternative, labels))
                return true;
        }
        return false;
    }
}
