namespace Bongsu.Telemetry.Spans;

/// <summary>Parts of a span that a reader may do without. Trace id, span id and start are always there.</summary>
[Flags]
public enum SpanParts
{
    None = 0,
    Parent = 1,
    Name = 2,
    Kind = 4,
    Status = 8,
    /// <summary>The end; without it a span ends where it starts.</summary>
    Duration = 16,
    Resource = 32,
    Scope = 64,
    StatusMessage = 128,
    Attributes = 256,
    Events = 512,
    Links = 1024,
    TraceState = 2048,
    /// <summary>Flags, and how many attributes, events and links the sender left out.</summary>
    Remarks = 4096,
    All = 8191,
}
