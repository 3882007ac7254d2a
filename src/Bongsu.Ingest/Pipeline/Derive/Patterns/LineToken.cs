namespace Bongsu.Ingest.Pipeline.Derive.Patterns;

/// <summary>A word, a delimiter or a place that varies.</summary>
/// <param name="Key">0 where the text varies; a delimiter's byte; otherwise a hash of the word, above all bytes.</param>
/// <param name="Start">Where the text stands in its line.</param>
/// <param name="Length">Bytes of text; 0 where it varies.</param>
/// <param name="Gap">What stands before it.</param>
internal readonly record struct LineToken(ulong Key, int Start, int Length, TokenGap Gap)
{
    public bool IsWildcard => Key == 0;

    public bool IsDelimiter => Key - 1 < byte.MaxValue;

    public static LineToken Wildcard(TokenGap gap) => new(0, 0, 0, gap);
}
