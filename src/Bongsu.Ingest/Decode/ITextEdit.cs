namespace Bongsu.Ingest.Decode;

/// <summary>What a rewrite does to the texts of a nested value: UTF-8 repair and redaction. Returned bytes are used at once.</summary>
internal interface ITextEdit
{
    ReadOnlySpan<byte> Key(ReadOnlySpan<byte> key);

    /// <summary>A text that stands for the whole value of this key, or null to go into the value.</summary>
    string? Whole(ReadOnlySpan<byte> key);

    ReadOnlySpan<byte> Text(ReadOnlySpan<byte> text);
}
