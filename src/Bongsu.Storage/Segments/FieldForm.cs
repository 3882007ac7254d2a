namespace Bongsu.Storage.Segments;

/// <summary>How a field's texts are stored. Numbers are on disk: never reuse one.</summary>
internal static class FieldForm
{
    public const byte Dictionary = 1;
    public const byte Number = 2;
    public const byte Time = 3;
    // With the distances as a section: only read.
    public const byte SectionHex = 4;
    public const byte Text = 5;
    // Without the counts of texts: only read.
    public const byte UncountedPattern = 6;
    public const byte Pattern = 7;
    public const byte Hex = 8;
    public const byte Last = Hex;

    // Codes of a dictionary.
    public const byte PackedCodes = 0;
    public const byte ByteCodes = 1;
}
