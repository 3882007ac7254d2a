using System.Threading.Channels;
using Bongsu.Query.LogQL;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Server.Api.Loki;

/// <summary>A line that a slow reader did not get.</summary>
internal sealed record DroppedLine(LabelSet Labels, long TimeUnixNano);

/// <summary>One message of a tail: new lines, and what was left out before them: how many lines, and which, as far as they are named.</summary>
internal sealed record TailFrame(IReadOnlyList<LogStream> Streams, IReadOnlyList<DroppedLine> Dropped, long DroppedCount);

/// <summary>
/// Frames between the poll and the socket. Holds a few; when the reader is slower than the lines come, frames are dropped and the next one says which
/// lines were in them. One writer, one reader.
/// </summary>
internal sealed class TailQueue
{
    public const int Capacity = 4;

    /// <summary>Most dropped lines that are named; past it the oldest names are kept, as Loki does.</summary>
    public const int MaxDroppedNamed = 1_000;

    private readonly Channel<TailFrame> _frames = Channel.CreateBounded<TailFrame>(new BoundedChannelOptions(Capacity) { SingleReader = true, SingleWriter = true });
    private List<DroppedLine> _dropped = [];
    private long _droppedCount;

    public void Add(IReadOnlyList<LogStream> streams)
    {
        if (streams.Count == 0)
            return;
        if (_frames.Writer.TryWrite(new TailFrame(streams, _dropped, _droppedCount)))
        {
            // The frame keeps the list it was given.
            (_dropped, _droppedCount) = ([], 0);
            return;
        }
        foreach (var stream in streams)
        {
            _droppedCount += stream.Lines.Count;
            foreach (var line in stream.Lines)
            {
                if (_dropped.Count < MaxDroppedNamed)
                    _dropped.Add(new DroppedLine(stream.Labels, line.TimeUnixNano));
            }
        }
    }

    public ValueTask<TailFrame> TakeAsync(CancellationToken cancellationToken) => _frames.Reader.ReadAsync(cancellationToken);
}
