namespace Bongsu.Storage.Segments;

/// <summary>The number columns of a sealed block of log records, in their order on disk.</summary>
internal static class LogBlock
{
    /// <summary>Of sealed blocks; frames of the WAL and blocks of older segments are of version 1.</summary>
    public const byte Version = 3;

    /// <summary>Columns one behind the other, to be read as a whole: only read.</summary>
    public const byte SecondVersion = 2;

    public const int MaxRows = 8192;

    public const int Time = 0;
    public const int Stream = 1;
    public const int Template = 2;
    public const int Resource = 3;
    public const int Scope = 4;
    public const int HasObserved = 5;
    public const int Observed = 6;
    public const int Severity = 7;
    public const int SeverityText = 8;
    public const int EventName = 9;
    public const int BodyKind = 10;
    public const int BodyBits = 11;
    public const int Flags = 12;
    public const int Dropped = 13;
    public const int Shape = 14;
    public const int HasTrace = 15;
    public const int HasSpan = 16;
    public const int Columns = 17;
}
