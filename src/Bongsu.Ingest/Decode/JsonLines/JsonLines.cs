using Bongsu.Ingest.Decode.Otlp;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Ingest.Decode.JsonLines;

/// <summary>
/// Reads log lines that are JSON objects: one a line, several in a row, or in a list. A line that is none, or breaks a limit, is refused by itself with its
/// number; the others are kept. Not thread-safe.
/// </summary>
internal sealed class JsonLines(IngestLimits limits)
{
    private readonly StreamTable _streams = new(limits);
    private readonly JsonFields _fields = new(limits);
    private readonly JsonFacts _facts = new();
    private readonly ByteBuffer _message = new();
    private readonly ByteBuffer _service = new();
    private readonly ByteBuffer _environment = new();
    private int _line;
    private int _repaired;
    private long _nowNanos;

    /// <summary>Lines of the last request that said no time, or none that can be read: they got that of their arrival.</summary>
    public int WithoutTime { get; private set; }

    /// <summary>Fills the batch; a failure means that nothing of it may be stored.</summary>
    public DecodeFailure? Decode(ReadOnlySpan<byte> body, JsonLinesOptions options, long nowNanos, LogBatch batch, RejectionTally tally)
    {
        // Hot path: 0 B/op after warm-up (see JsonLinesDecodeBenchmark, AllocationTests)
        (_line, _repaired, _nowNanos, WithoutTime) = (1, 0, nowNanos, 0);
        _streams.Clear();
        if (body.StartsWith("\uFEFF"u8))
            body = body[3..];
        while (!body.IsEmpty)
        {
            var end = body.IndexOf((byte)'\n');
            var line = (end < 0 ? body : body[..end]).Trim(" \t\r"u8);
            var used = end < 0 ? body.Length : end + 1;
            if (!line.IsEmpty && line[0] == '[')
                used = List(body, options, batch, tally);
            else
                Objects(line, options, batch, tally);
            if (TooLarge(batch, tally) is { } failure)
                return failure;
            _line += body[..used].Count((byte)'\n');
            body = body[used..];
        }
        tally.RepairedTexts += _repaired + _fields.TakeRepaired();
        return null;
    }

    private DecodeFailure? TooLarge(LogBatch batch, RejectionTally tally) => batch.Count + tally.Count > limits.RecordsPerRequest
        ? new DecodeFailure($"more than {limits.RecordsPerRequest} lines in one request; send smaller batches", IsTooLarge: true)
        : BatchBounds.Check(limits, batch);

    /// <summary>One line: an object, or several without anything between them.</summary>
    private void Objects(ReadOnlySpan<byte> line, JsonLinesOptions options, LogBatch batch, RejectionTally tally)
    {
        while (!line.IsEmpty && TooLarge(batch, tally) is null)
        {
            var used = Record(line, options, batch, tally);
            if (used == 0)
                return;
            line = line[used..].TrimStart(" \t"u8);
        }
    }

    /// <summary>A list of objects, over one line or many; gives back how much of the body was used.</summary>
    private int List(ReadOnlySpan<byte> body, JsonLinesOptions options, LogBatch batch, RejectionTally tally)
    {
        var list = new JsonScanner(body);
        list.TryOpen((byte)'[');
        var item = 0;
        while (TooLarge(batch, tally) is null && list.ReadItem())
        {
            item++;
            if (list.Kind == JsonKind.Object)
                Record(list.Value, options, batch, tally);
            else
                tally.Add(RejectReason.Invalid, $"item {item} of the list that begins at line {_line} is no JSON object");
        }
        if (list.Fault is null)
            return list.Position;
        // Where the next item of a broken list begins cannot be known: it is read on from the next line.
        tally.Add(RejectReason.Invalid, $"line {_line + body[..list.Position].Count((byte)'\n')}: {list.Fault}, behind item {item} of a list");
        var next = body[list.Position..].IndexOf((byte)'\n');
        return next < 0 ? body.Length : list.Position + next + 1;
    }

    /// <summary>One object: adds its record, or counts why not. Gives back its length; 0 where it has no end that can be known.</summary>
    private int Record(ReadOnlySpan<byte> line, JsonLinesOptions options, LogBatch batch, RejectionTally tally)
    {
        var facts = new LineFacts();
        var scanner = new JsonScanner(line);
        _facts.Read(ref scanner, ref facts);
        if (scanner.Fault is { } fault)
        {
            tally.Add(RejectReason.Invalid, $"line {_line}: {fault}, at byte {scanner.Position}");
            return 0;
        }
        var used = scanner.Position;
        line = line[..used];
        if (line.Length > limits.LogLineBytes)
            tally.Add(RejectReason.TooLarge, $"line {_line}: {line.Length} bytes; the limit is {limits.LogLineBytes}");
        else if (options.IsBodyMessage && facts.HasMessage)
            AddMessage(line, facts, options, batch, tally);
        else
            Add(facts, options, batch, new LogRecord { Body = AttributeValue.OfString(Text.Append(batch.Arena, line, ref _repaired)) });
        return used;
    }

    /// <summary>The message is the body; what it says of itself, as JSON in its turn or as text that begins with time and level, comes before what a collector wrote around it.</summary>
    private void AddMessage(ReadOnlySpan<byte> line, in LineFacts outer, JsonLinesOptions options, LogBatch batch, RejectionTally tally)
    {
        _message.Clear();
        JsonText.Append(outer.Message, _message);
        var message = _message.Span.TrimEnd("\r\n"u8);
        var start = batch.Attributes.Count;
        if (_fields.Add(line, outer, batch.Attributes, out var dropped) is { } fault)
        {
            batch.Attributes.Truncate(start);
            tally.Add(RejectReason.TooLarge, $"line {_line}: {fault}");
            return;
        }
        var record = new LogRecord
        {
            Body = AttributeValue.OfString(Text.Append(batch.Arena, message, ref _repaired)),
            Attributes = batch.Attributes.Since(start),
            DroppedAttributes = dropped,
        };
        if (!_facts.TryRead(message, out var inner))
        {
            inner = new LineFacts();
            inner.TakeText(message);
        }
        inner.Complete(outer);
        Add(inner, options, batch, record);
    }

    private void Add(in LineFacts facts, JsonLinesOptions options, LogBatch batch, LogRecord record)
    {
        var service = Value(facts.Service, options.Service, _service);
        var environment = Value(facts.Environment, options.Environment, _environment);
        record.Stream = _streams.Of(batch, service, environment, Severity.Level(facts.Severity, default));
        record.Resource = -1;
        record.Scope = -1;
        // Lines without a time are told apart by a nanosecond each: equal ones of one moment would count as one.
        record.TimeUnixNano = facts.HasTime ? facts.TimeNanos : _nowNanos + WithoutTime++;
        record.SeverityNumber = facts.Severity;
        record.SeverityText = Text.Append(batch.Arena, facts.LevelText, ref _repaired);
        record.TraceId = facts.TraceId;
        record.SpanId = facts.SpanId;
        batch.Records.Add(record);
    }

    private ReadOnlySpan<byte> Value(ReadOnlySpan<byte> escaped, byte[] otherwise, ByteBuffer into)
    {
        if (escaped.IsEmpty)
            return otherwise;
        if (escaped.IndexOf((byte)'\\') < 0 && System.Text.Unicode.Utf8.IsValid(escaped))
            return escaped;
        into.Clear();
        JsonText.Append(escaped, into);
        if (System.Text.Unicode.Utf8.IsValid(into.Span))
            return into.Span;
        _repaired++;
        return System.Text.Encoding.UTF8.GetBytes(System.Text.Encoding.UTF8.GetString(into.Span));
    }
}
