using Bongsu.Storage.Codecs;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Storage.Segments;

/// <summary>Writes a sealed block of log records: numbers in packed columns, lines that are JSON objects as columns of their fields. Reusable; not thread-safe.</summary>
internal sealed class LogBlockEncoder
{
    /// <summary>Dictionaries and directories up to here are not compressed: each reading of the block reads them.</summary>
    public const int MaxPlain = 8 << 10;

    private readonly ByteDictionary _streams = new();
    private readonly ByteDictionary _texts = new();
    private readonly LogAttributesEncoder _attributes = new();
    private readonly JsonColumnsEncoder _json = new();
    private readonly FieldColumnEncoder _encoder = new();
    private readonly TextList _bodies = new();
    private readonly TextList _traces = new();
    private readonly TextList _spans = new();
    private readonly ByteWriter _scratch = new();
    private readonly BlockPartWriter _block = new();
    // By the number of a stream in the batch its number in the block, from 1 on.
    private int[] _streamNumbers = [];
    private (Slice Text, int Number) _lastSeverity;
    private (Slice Text, int Number) _lastEvent;
    private readonly long[][] _columns = new long[LogBlock.Columns][];

    /// <summary>The words of the block written last.</summary>
    public WordFilter Words { get; } = new();

    public void Put(LogBatch batch, ByteWriter into)
    {
        Clear();
        if (_streamNumbers.Length < batch.Streams.Count)
            _streamNumbers = new int[batch.Streams.Count];
        Array.Clear(_streamNumbers);
        _lastSeverity = _lastEvent = (default, _texts.Add(default));
        for (var i = 0; i < _columns.Length; i++)
        {
            if (_columns[i] is null || _columns[i].Length < batch.Count)
                _columns[i] = new long[Math.Max(batch.Count, LogBlock.MaxRows)];
        }
        for (var row = 0; row < batch.Count; row++)
            Add(batch, row, batch.Records.Span[row]);
        var head = _block.Head;
        head.PutVarint((ulong)batch.Count);
        PutTimes(head, _columns[LogBlock.Time].AsSpan(0, batch.Count));
        PutDictionaries(batch);
        Section.Put(head, _scratch.Written, compress: _scratch.Length > MaxPlain);
        for (var i = 0; i < _columns.Length; i++)
        {
            _scratch.Clear();
            LongColumn.Put(_scratch, _columns[i].AsSpan(0, batch.Count));
            _block.PutPart(_scratch.Written);
        }
        PutTexts(_traces);
        PutTexts(_spans);
        PutTexts(_bodies);
        _json.Put(_block, Words);
        _attributes.Put(_block, Words);
        _block.Finish(into, LogBlock.Version);
    }

    private void Clear()
    {
        _block.Clear();
        _streams.Clear();
        _texts.Clear();
        _attributes.Clear();
        _json.Clear();
        _bodies.Clear();
        _traces.Clear();
        _spans.Clear();
        Words.Clear();
    }

    private void Add(LogBatch batch, int row, in LogRecord record)
    {
        _columns[LogBlock.Time][row] = record.TimeUnixNano;
        _columns[LogBlock.Stream][row] = StreamNumber(batch, record.Stream);
        _columns[LogBlock.Resource][row] = record.Resource + 1;
        _columns[LogBlock.Scope][row] = record.Scope + 1;
        _columns[LogBlock.HasObserved][row] = record.ObservedTimeUnixNano == 0 ? 0 : 1;
        _columns[LogBlock.Observed][row] = record.ObservedTimeUnixNano == 0 ? 0 : record.ObservedTimeUnixNano - record.TimeUnixNano;
        _columns[LogBlock.Severity][row] = record.SeverityNumber;
        _columns[LogBlock.SeverityText][row] = TextNumber(batch, record.SeverityText, ref _lastSeverity);
        _columns[LogBlock.EventName][row] = TextNumber(batch, record.EventName, ref _lastEvent);
        _columns[LogBlock.BodyKind][row] = (long)record.Body.Kind;
        _columns[LogBlock.BodyBits][row] = record.Body.Bits;
        _columns[LogBlock.Flags][row] = record.Flags;
        _columns[LogBlock.Dropped][row] = record.DroppedAttributes;
        _columns[LogBlock.Shape][row] = _attributes.Add(batch.Attributes, record.Attributes, Words);
        AddBody(batch, row, record.Body);
        AddIds(row, record.TraceId, record.SpanId);
    }

    private int StreamNumber(LogBatch batch, int stream)
    {
        if (_streamNumbers[stream] == 0)
            _streamNumbers[stream] = _streams.Add(batch.StreamLabels(stream)) + 1;
        return _streamNumbers[stream] - 1;
    }

    // Most records have none, or that of the record before.
    private int TextNumber(LogBatch batch, Slice text, ref (Slice Text, int Number) last)
    {
        if (text != last.Text)
            last = (text, _texts.Add(batch.Arena.Get(text)));
        return last.Number;
    }

    private void AddBody(LogBatch batch, int row, AttributeValue body)
    {
        var text = batch.Arena.Get(body.Payload);
        var template = body.Kind == AttributeKind.String ? _json.Add(text) : 0;
        _columns[LogBlock.Template][row] = template;
        if (template > 0)
            return;
        _bodies.Add(text);
        if (body.Kind is AttributeKind.String or AttributeKind.Null && !LogFieldValues.HidesWords(text))
            Words.AddWords(text);
        else
            Words.AddOpaque();
    }

    private void AddIds(int row, TraceId trace, SpanId span)
    {
        Span<byte> bytes = stackalloc byte[TraceId.Size];
        Span<byte> hex = stackalloc byte[TraceId.Size * 2];
        _columns[LogBlock.HasTrace][row] = trace.IsEmpty ? 0 : 1;
        if (!trace.IsEmpty)
        {
            trace.CopyTo(bytes);
            HexText.Write(bytes, hex);
            _traces.Add(hex);
            Words.AddWords(hex);
        }
        _columns[LogBlock.HasSpan][row] = span.IsEmpty ? 0 : 1;
        if (!span.IsEmpty)
        {
            span.CopyTo(bytes);
            HexText.Write(bytes[..SpanId.Size], hex);
            _spans.Add(hex[..(SpanId.Size * 2)]);
            Words.AddWords(hex[..(SpanId.Size * 2)]);
        }
    }

    private void PutDictionaries(LogBatch batch)
    {
        _scratch.Clear();
        _streams.Put(_scratch);
        _scratch.PutVarint((ulong)batch.Resources.Count);
        foreach (var resource in batch.Resources.Span)
        {
            AttributeBytes.PutResource(_scratch, resource, batch.Attributes);
            AttributeWords.Add(Words, batch.Attributes, resource.Attributes);
        }
        _scratch.PutVarint((ulong)batch.Scopes.Count);
        foreach (var scope in batch.Scopes.Span)
        {
            AttributeBytes.PutScope(_scratch, scope, batch.Attributes);
            AttributeWords.Add(Words, batch.Attributes, scope.Attributes);
            Words.AddWords(batch.Arena.Get(scope.Name));
            Words.AddWords(batch.Arena.Get(scope.Version));
        }
        _texts.Put(_scratch);
        for (var i = 0; i < _texts.Count; i++)
            Words.AddWords(_texts[i]);
    }

    private static void PutTimes(ByteWriter head, ReadOnlySpan<long> times)
    {
        var (min, max) = times.IsEmpty ? (0, 0) : (long.MaxValue, long.MinValue);
        foreach (var time in times)
            (min, max) = (Math.Min(min, time), Math.Max(max, time));
        head.PutZigZag(min);
        head.PutVarint((ulong)(max - min));
    }

    private void PutTexts(TextList texts)
    {
        _block.Head.PutVarint((ulong)texts.Count);
        if (texts.Count == 0)
            return;
        _scratch.Clear();
        _encoder.Put(_scratch, texts);
        _block.PutPart(_scratch.Written);
    }
}
