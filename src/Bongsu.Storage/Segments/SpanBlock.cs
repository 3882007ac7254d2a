namespace Bongsu.Storage.Segments;

/// <summary>The columns of a block of spans, in their order on disk.</summary>
internal static class SpanBlock
{
    public const int Resource = 0;
    public const int Scope = 1;
    public const int Trace = 2;
    public const int Span = 3;
    public const int Parent = 4;
    public const int State = 5;
    public const int Flags = 6;
    public const int Name = 7;
    public const int Kind = 8;
    public const int Status = 9;
    public const int Message = 10;
    public const int Start = 11;
    public const int Duration = 12;
    public const int Shape = 13;
    public const int Dropped = 14;
    public const int Counts = 15;
    public const int EventTime = 16;
    public const int EventName = 17;
    public const int EventShape = 18;
    public const int LinkTrace = 19;
    public const int LinkSpan = 20;
    public const int LinkState = 21;
    public const int LinkShape = 22;
    public const int Columns = 23;

    /// <summary>How many bytes a row takes in a column at least.</summary>
    public static int MinRowBytes(int column) => column switch { <= Shape => 1, Dropped => 3, Counts => 2, _ => 0 };
}
