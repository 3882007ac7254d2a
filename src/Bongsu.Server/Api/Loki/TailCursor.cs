using Bongsu.Query.LogQL;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Server.Api.Loki;

/// <summary>
/// What a tail has read so far: each poll gives the lines that came since the last. A line may become visible a little after its own time, so the last
/// seconds are read again and lines already given are left out. Not thread-safe.
/// </summary>
internal sealed class TailCursor(LogQlEngine engine, LokiRequest request, int historyLimit)
{
    /// <summary>How late a line may come and still be shown; senders batch for a few seconds.</summary>
    public const long LateNanos = 10_000_000_000;

    /// <summary>Most lines of one poll; the rest comes with the next.</summary>
    private const int PollLimit = 5_000;

    private readonly HashSet<(long Time, LabelSet Stream, string Text)> _given = [];
    private long _floor = request.StartNanos;
    private long _read = request.StartNanos;
    private bool _isHistoryRead;

    /// <summary>New lines up to a time, oldest first in each stream.</summary>
    public async ValueTask<List<LogStream>> PollAsync(long toNanos, CancellationToken cancellationToken)
    {
        // Of what was there before, the newest lines are shown; from then on all.
        var isHistory = !_isHistoryRead;
        var limit = isHistory ? historyLimit : PollLimit;
        var from = isHistory ? _floor : Math.Max(_floor, _read - LateNanos);
        if (toNanos <= from)
            return [];
        var range = new LogQlRange(from, toNanos) { Limit = limit, NewestFirst = isHistory, WithDiscovered = request.WithDiscovered };
        var answer = await engine.RangeAsync(request.Query, range, cancellationToken);
        if (answer.Value?.Streams is not { } streams)
            return [];
        _isHistoryRead = true;
        _read = toNanos;
        var fresh = New(streams, limit, isHistory);
        _given.RemoveWhere(line => line.Time < _read - LateNanos);
        return fresh;
    }

    private List<LogStream> New(IReadOnlyList<LogStream> streams, int limit, bool isHistory)
    {
        var fresh = new List<LogStream>();
        var count = 0;
        var (oldest, newest) = (long.MaxValue, long.MinValue);
        foreach (var stream in streams)
        {
            var lines = new List<LogLine>();
            foreach (var line in stream.Lines)
            {
                count++;
                oldest = Math.Min(oldest, line.TimeUnixNano);
                newest = Math.Max(newest, line.TimeUnixNano);
                if (_given.Add((line.TimeUnixNano, stream.Labels, line.Text)))
                    lines.Add(line);
            }
            if (isHistory)
                lines.Reverse();
            if (lines.Count > 0)
                fresh.Add(stream with { Lines = lines });
        }
        if (count < limit)
            return fresh;
        if (isHistory)
            _floor = oldest;
        else
            _read = _floor = Math.Max(newest, _floor + 1);
        return fresh;
    }
}
