using Bongsu.Telemetry.Events;

namespace Bongsu.Server.Tests.Ingest;

/// <summary>A span as some way in is to send it. Times in ns, whole microseconds.</summary>
internal sealed record SpanItem(string Service, TraceId Trace, ulong Id, ulong Parent, byte[] Name, long StartNanos, long EndNanos)
{
    public IReadOnlyList<(string Key, string Value)> Fields { get; init; } = [];

    public byte[] TraceBytes
    {
        get
        {
            var bytes = new byte[TraceId.Size];
            Trace.CopyTo(bytes);
            return bytes;
        }
    }
}
