namespace Bongsu.Ingest.Pipeline.Derive.Patterns;

/// <summary>What stands between a token and the one before it.</summary>
internal enum TokenGap : byte
{
    None,
    /// <summary>One space.</summary>
    Space,
    /// <summary>Any other white space or control characters, or not always the same.</summary>
    Other,
}
