using System.Text;

namespace Bongsu.Server.Commands.Logs.Ship;

/// <summary>Makes records of lines. A record is complete when the next one begins, when it is long enough, or when nothing has come for a while. Not thread-safe.</summary>
internal sealed class RecordJoiner(LineJoin join, TimeProvider time)
{
    /// <summary>A record that grows beyond is cut in two: what joins without end is no stack trace.</summary>
    public const int MaxChars = 256 * 1024;

    public const int MaxLines = 2_000;

    /// <summary>How long the next line of a record may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly StringBuilder _text = new();
    private long _timeNanos;
    private long _lastNanos;
    private long _endOffset;
    private long _touched;
    private int _file;
    private int _lines;

    /// <summary>Adds a line; gives back the record before it, if that is complete now.</summary>
    public ShippedLine? Add(string line, long endOffset, int file)
    {
        var continues = join.Continues(line) && _lines > 0 && file == _file;
        var done = continues && _lines < MaxLines && _text.Length + line.Length < MaxChars ? null : Take();
        if (_lines == 0)
            _timeNanos = NowNanos();
        else
            _text.Append('\n');
        _text.Append(line);
        _lines++;
        (_endOffset, _file, _touched) = (endOffset, file, time.GetTimestamp());
        return done;
    }

    /// <summary>The record that has been waiting for its next line too long.</summary>
    public ShippedLine? TakeLate() => _lines > 0 && time.GetElapsedTime(_touched) >= Patience ? Take() : null;

    /// <summary>The last record, at the end.</summary>
    public ShippedLine? Take()
    {
        if (_lines == 0)
            return null;
        var record = new ShippedLine(_timeNanos, _text.ToString(), _endOffset, _file);
        _text.Clear();
        _lines = 0;
        return record;
    }

    // Equal lines of one moment are two lines: no two records have one time.
    private long NowNanos() => _lastNanos = Math.Max(_lastNanos + 1, (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100);
}
