using Bongsu.Telemetry;

namespace Bongsu.Ingest.Scrape.Exposed;

/// <summary>What is known of the text that names a series in a target's exposition. Not thread-safe.</summary>
internal sealed class KnownLine(byte[] text, ulong hash)
{
    public byte[] Text { get; } = text;

    public ulong Hash { get; } = hash;

    /// <summary>The series; null when relabelling drops it, or it is refused.</summary>
    public ScrapedSeries? Series { get; set; }

    /// <summary>Why it is refused whenever it comes; null when it is not.</summary>
    public string? Refusal { get; set; }
    public RejectReason RefusalReason { get; set; }

    /// <summary>The line that came after this one; only a guess for the next time.</summary>
    public KnownLine? Next { get; set; }

    public long LastScrape { get; set; }

    /// <summary>Where the start of its counter is told; null when nothing tells it.</summary>
    public StartSlot? Start { get; set; }

    /// <summary>The line is the one that tells.</summary>
    public bool TellsStart { get; set; }

    /// <summary>A hash of the exemplar that was stored last: one that is still shown is not stored again.</summary>
    public ulong LastExemplar { get; set; }
}
