using Bongsu.Telemetry.Events;

namespace Bongsu.Ingest.Pipeline.Sampling.Policies;

/// <summary>What is known of a trace when it is decided. Times in ns since the epoch.</summary>
public readonly ref struct TraceFacts
{
    public TraceId Id { get; init; }

    /// <summary>Earliest start of a span.</summary>
    public long StartNanos { get; init; }

    /// <summary>Latest end of a span.</summary>
    public long EndNanos { get; init; }

    public long Spans { get; init; }

    /// <summary>About what its spans take on the wire; 0 where no policy asks.</summary>
    public long Bytes { get; init; }

    /// <summary>The moment of the decision, ms that no setting of a clock changes.</summary>
    public long NowMs { get; init; }

    /// <summary>One bit for each <see cref="SpanCondition"/> that some span met.</summary>
    public ReadOnlySpan<ulong> Met { get; init; }

    public bool Has(int condition) => (Met[condition >> 6] & (1UL << (condition & 63))) != 0;
}
