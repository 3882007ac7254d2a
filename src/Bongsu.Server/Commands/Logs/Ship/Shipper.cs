using System.Threading.Channels;
using Bongsu.Server.Configuration;

namespace Bongsu.Server.Commands.Logs.Ship;

/// <summary>
/// Reads lines, makes records and batches of them and sends these, at most a few at a time: when the server is slow, reading waits. Ends with the source, when
/// asked to, or when the server takes nothing.
/// </summary>
internal sealed class Shipper(LineSource source, LineJoin join, ShipSender sender, Action<ShipBatch> acknowledged, TextWriter error, TimeProvider time)
{
    // One is sent, one waits, one is being filled.
    private const int Waiting = 1;

    private static readonly TimeSpan LongestFilling = TimeSpan.FromSeconds(1);

    /// <summary>How long what has been read may still be sent after somebody asked to end.</summary>
    private static readonly TimeSpan LastPatience = TimeSpan.FromSeconds(10);

    private readonly RecordJoiner _joiner = new(join, time);
    private readonly List<ShippedLine> _records = [];
    private long _chars;
    private long _filling;
    private long _accepted;
    private long _rejected;
    private int _exitCode = ExitCodes.Ok;

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var batches = Channel.CreateBounded<ShipBatch>(Waiting);
        using var stop = new CancellationTokenSource();
        var sending = SendAsync(batches.Reader, stop.Token);
        using var registration = cancellationToken.Register(() => stop.CancelAfter(LastPatience));
        try
        {
            while (!cancellationToken.IsCancellationRequested && !sending.IsCompleted && await ReadAsync(batches.Writer, sending, cancellationToken)) { }
            Take(_joiner.Take());
            await FlushAsync(batches.Writer, sending);
        }
        finally
        {
            batches.Writer.Complete();
        }
        await sending;
        error.WriteLine($"bongsu: {_accepted} records sent{(_rejected > 0 ? $", {_rejected} not" : "")}.");
        return _exitCode;
    }

    /// <summary>One read of the source; false at its end.</summary>
    private async Task<bool> ReadAsync(ChannelWriter<ShipBatch> batches, Task sending, CancellationToken cancellationToken)
    {
        var state = await source.ReadAsync((line, end, file) => Take(_joiner.Add(line, end, file)), cancellationToken);
        if (state == SourceState.Waiting)
            Take(_joiner.TakeLate());
        var isDue = _records.Count > 0 && (_chars >= ShipBatch.MaxBytes || _records.Count >= ShipBatch.MaxRecords || time.GetElapsedTime(_filling) >= LongestFilling);
        if (isDue)
            await FlushAsync(batches, sending);
        return state != SourceState.End;
    }

    private void Take(ShippedLine? record)
    {
        if (record is null || string.IsNullOrWhiteSpace(record.Text))
            return;
        if (_records.Count == 0)
            _filling = time.GetTimestamp();
        _records.Add(record);
        _chars += record.Text.Length;
    }

    private async Task FlushAsync(ChannelWriter<ShipBatch> batches, Task sending)
    {
        if (_records.Count == 0)
            return;
        var batch = ShipBatch.Of(_records);
        _records.Clear();
        _chars = 0;
        // A sender that has given up takes nothing: the batch counts as not sent.
        while (sending.IsCompleted || !batches.TryWrite(batch))
        {
            if (!sending.IsCompleted && await Task.WhenAny(sending, batches.WaitToWriteAsync().AsTask()) != sending)
                continue;
            _rejected += batch.Records;
            return;
        }
    }

    private async Task SendAsync(ChannelReader<ShipBatch> batches, CancellationToken cancellationToken)
    {
        var isFinal = false;
        await foreach (var batch in batches.ReadAllAsync(CancellationToken.None))
        {
            var outcome = await OutcomeAsync(batch, cancellationToken);
            _accepted += outcome.Accepted;
            _rejected += outcome.Rejected;
            _exitCode = outcome.ExitCode == ExitCodes.Ok ? _exitCode : outcome.ExitCode;
            if (outcome.Problem is { } problem)
                error.WriteLine($"bongsu: {problem}");
            isFinal = outcome.IsFinal;
            if (isFinal)
                break;
            acknowledged(batch);
        }
        while (isFinal && batches.TryRead(out var left))
            _rejected += left.Records;
    }

    private async Task<ShipOutcome> OutcomeAsync(ShipBatch batch, CancellationToken cancellationToken)
    {
        try
        {
            return await sender.SendAsync(batch, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return new ShipOutcome(0, batch.Records, $"ended before the server had acknowledged {batch.Records} records", ExitCodes.Failed, IsFinal: true);
        }
    }
}
