namespace Bongsu.Storage.Codecs;

/// <summary>How the values of a chunk are coded: the low three bits of its first byte. Numbers are on disk: never reuse one.</summary>
internal static class ValueForm
{
    public const byte Constant = 0;

    /// <summary>Scaled integers: as they are, or as differences, or as differences of differences.</summary>
    public const byte Integers = 1;
    public const byte Differences = 2;
    public const byte SecondDifferences = 3;

    /// <summary>Doubles whose high bits take few shapes: a number for the shape, and the low bits.</summary>
    public const byte Fronts = 4;

    /// <summary>Few different values.</summary>
    public const byte Distinct = 5;

    /// <summary>Doubles that drift: the differences of their bits as whole numbers.</summary>
    public const byte BitDifferences = 6;

    public const byte Mask = 7;

    /// <summary>A <see cref="ChunkSummary"/> follows.</summary>
    public const byte HasSummary = 8;

    /// <summary>Every value is at least the one before.</summary>
    public const byte Ascends = 16;
}
