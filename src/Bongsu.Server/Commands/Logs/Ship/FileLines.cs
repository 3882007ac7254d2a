using Microsoft.Win32.SafeHandles;

namespace Bongsu.Server.Commands.Logs.Ship;

/// <summary>
/// Lines of a file, and of those that take its place when it is rotated: by renaming it, whose rest is read before the new one is begun, or by truncating it.
/// Two files are told apart by their first bytes.
/// </summary>
internal sealed class FileLines : LineSource
{
    /// <summary>As much of the beginning of a log file has a time in it, and is like no other's.</summary>
    public const int HeadBytes = 1024;

    private readonly object _lock = new();
    private readonly byte[] _buffer = new byte[ReadBytes];
    private readonly LineSplitter _lines = new();
    private readonly string _path;
    private readonly bool _follow;
    private readonly TimeProvider _time;
    private SafeFileHandle _file;
    private long _position;
    private int _number;

    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public FileLines(string path, bool follow, ShipState? from, TimeProvider time)
    {
        (_path, _follow, _time) = (path, follow, time);
        _file = Open(path);
        if (from is not null && from.IsOf(Head(_file), RandomAccess.GetLength(_file)))
            _position = from.Offset;
        _lines.Begin(_position);
    }

    /// <summary>The first bytes of a file of this name, counted from the first; false when another is read by now. Thread-safe.</summary>
    public bool TryHead(int number, out byte[] head)
    {
        lock (_lock)
        {
            head = number == _number ? Head(_file) : [];
            return number == _number;
        }
    }

    public override async ValueTask<SourceState> ReadAsync(Action<string, long, int> add, CancellationToken cancellationToken)
    {
        if (ReadSome(add))
            return SourceState.More;
        if (!_follow)
        {
            _lines.End((line, end) => add(line, end, _number));
            return SourceState.End;
        }
        if (Successor() is { } next)
        {
            // What was written between the last read and the renaming.
            while (ReadSome(add)) { }
            _lines.End((line, end) => add(line, end, _number));
            Begin(next);
            return SourceState.More;
        }
        await Task.Delay(Poll, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return SourceState.Waiting;
    }

    public override void Dispose() => _file.Dispose();

    private bool ReadSome(Action<string, long, int> add)
    {
        var read = RandomAccess.Read(_file, _buffer, _position);
        if (read == 0)
            return false;
        _position += read;
        _lines.Add(_buffer.AsSpan(0, read), (line, end) => add(line, end, _number));
        return true;
    }

    private void Begin(SafeFileHandle next)
    {
        lock (_lock)
        {
            _file.Dispose();
            (_file, _position) = (next, 0);
            _number++;
        }
        _lines.Begin(0);
    }

    /// <summary>The file that now has the name, if it is another one, or the same begun anew; otherwise null.</summary>
    private SafeFileHandle? Successor()
    {
        SafeFileHandle? next = null;
        try
        {
            next = Open(_path);
            if (RandomAccess.GetLength(next) < _position || !IsSameHead(Head(_file), Head(next)))
                return next;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Renamed, and the new one is not there yet.
        }
        next?.Dispose();
        return null;
    }

    private static bool IsSameHead(byte[] head, byte[] other)
    {
        var length = Math.Min(head.Length, other.Length);
        return head.AsSpan(0, length).SequenceEqual(other.AsSpan(0, length));
    }

    private static byte[] Head(SafeFileHandle file)
    {
        var head = new byte[HeadBytes];
        return head[..RandomAccess.Read(file, head, 0)];
    }

    private static SafeFileHandle Open(string path) => File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
}
