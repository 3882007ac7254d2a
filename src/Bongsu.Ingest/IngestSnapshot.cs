namespace Bongsu.Ingest;

/// <summary>The ingest counters at one moment, all since start but <see cref="InflightBytes"/> and <see cref="Patterns"/>.</summary>
public sealed record IngestSnapshot
{
    public required IReadOnlyDictionary<Signal, long> Requests { get; init; }
    public required IReadOnlyDictionary<Signal, long> BodyBytes { get; init; }
    /// <summary>Spans, log records and samples that are durable.</summary>
    public required IReadOnlyDictionary<Signal, long> Accepted { get; init; }
    public required IReadOnlyList<RejectedCount> Rejected { get; init; }
    public required IReadOnlyDictionary<string, long> RedactedByRule { get; init; }
    public required long MalformedRequests { get; init; }
    public required long RefusedRequests { get; init; }
    /// <summary>Texts that were not UTF-8.</summary>
    public required long RepairedTexts { get; init; }
    /// <summary>Spans and log lines that were left out of derived metrics because a bound was met.</summary>
    public required long DerivedOverflow { get; init; }
    public required long InflightBytes { get; init; }
    /// <summary>Log patterns in memory.</summary>
    public required long Patterns { get; init; }
    /// <summary>Log patterns that gave way to others.</summary>
    public required long PatternsEvicted { get; init; }
    /// <summary>Log lines that were counted under no pattern.</summary>
    public required long LinesWithoutPattern { get; init; }
}
