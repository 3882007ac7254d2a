namespace Bongsu.Server.Commands.Logs.Ship;

/// <summary>Lines of standard input, until it ends.</summary>
internal sealed class InputLines(Stream input, TimeProvider time) : LineSource
{
    private readonly byte[] _buffer = new byte[ReadBytes];
    private readonly LineSplitter _lines = new();
    private Task<int>? _reading;

    public override async ValueTask<SourceState> ReadAsync(Action<string, long, int> add, CancellationToken cancellationToken)
    {
        // Why a task that outlives the call: a read of a pipe cannot be cut short, and what waits meanwhile must go on.
        _reading ??= input.ReadAsync(_buffer, CancellationToken.None).AsTask();
        if (!_reading.IsCompleted)
        {
            using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(_reading, Task.Delay(Poll, time, late.Token));
            await late.CancelAsync();
            if (!_reading.IsCompleted)
                return SourceState.Waiting;
        }
        var read = await _reading;
        _reading = null;
        if (read == 0)
            _lines.End((line, end) => add(line, end, 0));
        else
            _lines.Add(_buffer.AsSpan(0, read), (line, end) => add(line, end, 0));
        return read == 0 ? SourceState.End : SourceState.More;
    }

    public override void Dispose() => input.Dispose();
}
