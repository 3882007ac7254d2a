namespace Bongsu.Storage.Segments;

/// <summary>How a field's texts are stored. Numbers are on disk: never reuse one.</summary>
internal static class FieldForm
{
    public const byte Dictionary = 1;
    public const byte Number = 2;
    public const byte Time = 3;
    public const byte Hex = 4;
    public const byte Text = 5;
    public const byte Pattern = 6;
    public const byte Last = Pattern;

    // Codes of a dictionary.
    public const byte PackedCodes = 0;
    public const byte ByteCodes = 1;
}
