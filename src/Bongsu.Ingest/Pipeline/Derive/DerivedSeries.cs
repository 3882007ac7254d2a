namespace Bongsu.Ingest.Pipeline.Derive;

/// <summary>One set of labels that is counted: calls, and how long they took from each side that was seen. Not thread-safe.</summary>
internal sealed class DerivedSeries(byte[] labels)
{
    /// <summary>Canonical labels without a metric name.</summary>
    public byte[] Labels { get; } = labels;

    public long Calls { get; set; }

    public long Failed { get; set; }

    public long Bytes { get; set; }

    public DurationHistogram? Server { get; set; }

    public DurationHistogram? Client { get; set; }

    public long LastSeen { get; set; }

    public bool IsChanged { get; set; }

    /// <summary>Written at least once: a counter that appears with a value is preceded by a zero, so that rates see its first calls.</summary>
    public bool IsWritten { get; set; }

    public long LastWritten { get; set; }
}
