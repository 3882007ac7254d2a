using System.Diagnostics.CodeAnalysis;
using Microsoft.Win32.SafeHandles;

namespace Bongsu.Server.Commands.Logs.Ship;

/// <summary>
/// Lines of a file, and of those that take its place when it is rotated: by renaming it, whose rest is read before the new one is begun, or by truncating it.
/// What was rotated while nothing ran is looked for beside it, and read first. Two files are told apart by their first bytes.
/// </summary>
internal sealed class FileLines : LineSource
{
    // As much of the beginning of a log file has a time in it, and is like no other's.
    private const int HeadBytes = 1024;

    private readonly object _lock = new();
    private readonly byte[] _buffer = new byte[ReadBytes];
    private readonly LineSplitter _lines = new();
    private readonly string _path;
    private readonly bool _follow;
    private readonly TimeProvider _time;
    private readonly Queue<SafeFileHandle> _later = new();
    private SafeFileHandle _file;
    private SafeFileHandle? _before;
    private long _position;
    private int _number;

    /// <param name="path">The file.</param>
    /// <param name="follow">Whether to wait for more at its end.</param>
    /// <param name="from">How far it was sent before, or null.</param>
    /// <param name="time">For the waiting.</param>
    /// <param name="tell">Takes what whoever runs this should know.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public FileLines(string path, bool follow, ShipState? from, TimeProvider time, Action<string>? tell = null)
    {
        (_path, _follow, _time) = (path, follow, time);
        _file = Open(path);
        if (from?.IsOf(_file) == true)
            _position = from.Offset;
        else if (from is { Offset: > 0 })
            Resume(from, tell);
        _lines.Begin(_position);
    }

    /// <summary>What the next run needs to go on with a file of this name, counted from the first, at an offset; false when it was left behind long ago. Thread-safe.</summary>
    public bool TryState(int number, long offset, [NotNullWhen(true)] out ShipState? state)
    {
        lock (_lock)
        {
            // One file that has been read to its end is kept, for its last lines are acknowledged after that.
            var file = number == _number ? _file : number == _number - 1 ? _before : null;
            state = file is null ? null : ShipState.Of(file, offset);
            return state is not null;
        }
    }

    public override async ValueTask<SourceState> ReadAsync(Action<string, long, int> add, CancellationToken cancellationToken)
    {
        if (ReadSome(add))
            return SourceState.More;
        if (_later.TryDequeue(out var later))
        {
            _lines.End((line, end) => add(line, end, _number));
            Begin(later);
            return SourceState.More;
        }
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

    public override void Dispose()
    {
        foreach (var file in _later)
            file.Dispose();
        _before?.Dispose();
        _file.Dispose();
    }

    /// <summary>Finds the file that was being sent among those that had the name since: its rest and all that came after it are read before the present one.</summary>
    private void Resume(ShipState from, Action<string>? tell)
    {
        var rotated = RotatedFiles.Of(_path);
        for (var i = rotated.Count - 1; i >= 0; i--)
        {
            if (TryOpen(rotated[i]) is not { } file)
                continue;
            if (!from.IsOf(file))
            {
                file.Dispose();
                continue;
            }
            foreach (var path in rotated.Skip(i + 1))
            {
                if (TryOpen(path) is { } later)
                    _later.Enqueue(later);
            }
            _later.Enqueue(_file);
            (_file, _position) = (file, from.Offset);
            tell?.Invoke($"going on with {Path.GetFileName(rotated[i])} at byte {from.Offset}: {Path.GetFileName(_path)} was rotated in the meantime");
            return;
        }
        tell?.Invoke($"the file that was sent up to byte {from.Offset} is not there any more, or is compressed: {Path.GetFileName(_path)} is begun anew, and what else the old one had is not sent");
    }

    private static SafeFileHandle? TryOpen(string path)
    {
        try
        {
            return Open(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

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
            _before?.Dispose();
            _before = _file;
            // Truncated: the rest of what it was is gone, and what it is now is the next file.
            if (RandomAccess.GetLength(_before) < _position)
            {
                _before.Dispose();
                _before = null;
            }
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
