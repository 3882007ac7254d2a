using Bongsu.Telemetry;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Ingest.Decode.Loki;

/// <summary>What both forms of a Loki push share: streams and entries become records of a batch, under the limits. Not thread-safe.</summary>
internal sealed class LokiEntries(IngestLimits limits)
{
    private const long MaxSeconds = long.MaxValue / 1_000_000_000;

    private int _stream;
    private int _streams;
    private int _attributesStart;
    private int _dropped;
    private int _repaired;
    private string? _streamFault;
    private RejectReason _streamReason;

    public LabelBuffer Labels { get; } = new();
    public ByteBuffer Scratch { get; } = new();

    /// <summary>Why entries of the present stream are refused, or null.</summary>
    public string? StreamFault => _streamFault;

    public void Begin() => (_repaired, _streams) = (0, 0);

    public void End(RejectionTally tally) => tally.RepairedTexts += _repaired;

    /// <summary>Why the request is too large to be taken, or null: asked for each stream and each entry.</summary>
    public DecodeFailure? TooLarge(LogBatch batch, RejectionTally tally)
    {
        if (batch.Count + tally.Count > limits.RecordsPerRequest || _streams > limits.RecordsPerRequest)
            return new DecodeFailure($"more than {limits.RecordsPerRequest} {(_streams > limits.RecordsPerRequest ? "streams" : "entries")} in one request; send smaller batches", IsTooLarge: true);
        return BatchBounds.Check(limits, batch);
    }

    /// <summary>The stream of the entries to come, from <see cref="Labels"/>.</summary>
    public void BeginStream(LogBatch batch, string? fault = null)
    {
        _streams++;
        _streamFault = fault;
        _streamReason = RejectReason.Invalid;
        if (_streamFault is null)
            CheckLabels();
        if (_streamFault is not null)
            return;
        RepairLabels();
        if (!Labels.Canonical(out var canonical))
        {
            _streamFault = "a stream has two labels of one name";
            return;
        }
        batch.Streams.Add(batch.Arena.Append(canonical));
        _stream = batch.Streams.Count - 1;
    }

    /// <summary>Begins the structured metadata of one entry.</summary>
    public void BeginEntry(LogBatch batch)
    {
        _attributesStart = batch.Attributes.Count;
        _dropped = 0;
    }

    /// <summary>One field of structured metadata.</summary>
    public bool AddMetadata(LogBatch batch, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, out string? fault)
    {
        fault = null;
        if (name.Length > limits.AttributeKeyBytes || value.Length > limits.AttributeValueBytes)
            fault = $"structured metadata '{Text.Preview(name)}' of {value.Length} bytes; the limits are {limits.AttributeKeyBytes} for names and {limits.AttributeValueBytes} for values";
        else if (batch.Attributes.Count - _attributesStart >= limits.AttributesPerRecord)
            _dropped++;
        else
            batch.Attributes.Add(Text.Append(batch.Arena, name, ref _repaired), AttributeValue.OfString(Text.Append(batch.Arena, value, ref _repaired)));
        return fault is null;
    }

    /// <summary>Adds the entry whose metadata has been added, or counts why not.</summary>
    public void AddEntry(LogBatch batch, long timeNanos, bool isTimePossible, ReadOnlySpan<byte> line, string? fault, RejectionTally tally)
    {
        if (_streamFault is not null)
            tally.Add(_streamReason, _streamFault);
        else if (fault is not null)
            tally.Add(RejectReason.TooLarge, fault);
        else if (!isTimePossible || timeNanos < 0)
            tally.Add(timeNanos < 0 ? RejectReason.TooOld : RejectReason.TooFarInFuture, $"an entry's time is {(timeNanos < 0 ? "before 1970" : "after 2262")}; times are nanoseconds since 1970");
        else if (line.Length > limits.LogLineBytes)
            tally.Add(RejectReason.TooLarge, $"log line of {line.Length} bytes; the limit is {limits.LogLineBytes}");
        else
            batch.Records.Add(new LogRecord
            {
                Stream = _stream,
                Resource = -1,
                Scope = -1,
                TimeUnixNano = timeNanos,
                DroppedAttributes = _dropped,
                Body = AttributeValue.OfString(Text.Append(batch.Arena, line, ref _repaired)),
                Attributes = batch.Attributes.Since(_attributesStart),
            });
    }

    /// <summary>Seconds and nanoseconds as nanoseconds; false when there are no such.</summary>
    public static bool TryNanos(long seconds, long nanos, out long timeNanos)
    {
        timeNanos = seconds < 0 ? -1 : 0;
        if (seconds is < 0 or >= MaxSeconds || nanos is < 0 or > 999_999_999)
            return false;
        timeNanos = seconds * 1_000_000_000 + nanos;
        return true;
    }

    private void CheckLabels()
    {
        if (Labels.Count == 0)
            _streamFault = "a stream has no labels; at least one is needed";
        else if (Labels.Count > limits.LabelsPerSeries)
            RefuseStream($"a stream has {Labels.Count} labels; the limit is {limits.LabelsPerSeries}");
        for (var i = 0; _streamFault is null && i < Labels.Count; i++)
        {
            if (Labels.Name(i).IsEmpty)
                _streamFault = "a stream has a label without a name";
            else if (Labels.Name(i).Length > limits.LabelNameBytes)
                RefuseStream($"label name of {Labels.Name(i).Length} bytes; the limit is {limits.LabelNameBytes}");
            else if (Labels.Value(i).Length > limits.LabelValueBytes)
                RefuseStream($"label '{Text.Preview(Labels.Name(i))}' has a value of {Labels.Value(i).Length} bytes; the limit is {limits.LabelValueBytes}");
        }
    }

    private void RefuseStream(string fault)
    {
        _streamFault = fault;
        _streamReason = RejectReason.TooLarge;
    }

    private void RepairLabels()
    {
        for (var i = 0; i < Labels.Count; i++)
        {
            if (System.Text.Unicode.Utf8.IsValid(Labels.Value(i)) && System.Text.Unicode.Utf8.IsValid(Labels.Name(i)))
                continue;
            _repaired++;
            Labels.Replace(i, Repair(Labels.Name(i)), Repair(Labels.Value(i)));
        }
    }

    private static byte[] Repair(ReadOnlySpan<byte> text) => System.Text.Encoding.UTF8.GetBytes(System.Text.Encoding.UTF8.GetString(text));
}
