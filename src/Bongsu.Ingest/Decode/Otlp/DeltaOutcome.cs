namespace Bongsu.Ingest.Decode.Otlp;

/// <summary>What became of a delta point.</summary>
internal enum DeltaOutcome : byte
{
    /// <summary>It is part of the total, from this request or an earlier one.</summary>
    Counted,
    /// <summary>It ends before the oldest window that is remembered, so that it cannot be told from a repeat.</summary>
    Late,
    /// <summary>Its window was counted with another value.</summary>
    Conflict,
    /// <summary>It ends further in the future than a clock may be wrong.</summary>
    Future,
    /// <summary>It starts after it ends.</summary>
    Backwards,
    /// <summary>It is NaN or infinite, which would stay in the total for ever.</summary>
    NotFinite,
    /// <summary>No further series can be added up.</summary>
    Full,
}
