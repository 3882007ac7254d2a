namespace Bongsu.Query.Traces;

/// <summary>What is odd about one span as it was recorded. The numbers are part of the HTTP API.</summary>
[Flags]
public enum SpanOddity : byte
{
    None = 0,

    /// <summary>An earlier span of the trace has the same id.</summary>
    Duplicate = 1,

    /// <summary>It names a parent that is not in the trace.</summary>
    Orphan = 2,

    /// <summary>Its parent is among its own descendants; the circle is cut here.</summary>
    Cut = 4,

    /// <summary>It ends before it starts.</summary>
    Backwards = 8,

    /// <summary>It starts before its parent on another host: the clocks disagree.</summary>
    Early = 16,
}
