using Bongsu.Storage.Codecs;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Storage.Segments;

/// <summary>
/// Reads a sealed block of log records: first the columns that a selection asks about, then, of the rows it wants, the rest. Any bytes give a batch or a
/// refusal, never an exception. One block each; not thread-safe.
/// </summary>
internal ref struct LogBlockReader(ReadOnlySpan<byte> block, BlockBuffers buffers)
{
    private readonly ReadOnlySpan<byte> _block = block;
    private readonly BlockBuffers _buffers = buffers;
    private readonly LogBatch _batch = new();
    private readonly (int At, int Length)[] _columns = new (int, int)[LogBlock.Columns];
    private readonly List<Slice> _texts = [];
    private readonly JsonColumns _json = new(buffers);
    private AttributeColumnsDecoder? _attributes;
    private int _rows;
    private int[] _templates = [];
    private FieldColumn? _traces, _spans, _bodies;

    public readonly int Rows => _rows;
    public readonly LogBatch Batch => _batch;
    public readonly JsonColumns Json => _json;
    public readonly int[] Templates => _templates;
    public readonly FieldColumn? Bodies => _bodies;
    public readonly ReadOnlySpan<byte> Block => _block;
    public readonly BlockBuffers Buffers => _buffers;

    /// <summary>Reads dictionaries, and where the columns stand.</summary>
    public bool TryOpen()
    {
        var reader = new ByteReader(_block);
        if (reader.ReadByte() != LogBlock.Version)
            return false;
        _rows = reader.ReadInt(BlockDecoder.MaxRows);
        if (Section.Read(ref reader) is not { } dictionaries || !TryReadDictionaries(dictionaries))
            return false;
        for (var i = 0; i < _columns.Length; i++)
        {
            var length = reader.ReadText().Length;
            _columns[i] = (reader.Position - length, length);
        }
        if (!TryReadTexts(ref reader, out _traces) || !TryReadTexts(ref reader, out _spans) || !TryReadTexts(ref reader, out _bodies) || !_json.TryRead(ref reader))
            return false;
        _attributes = new AttributeColumnsDecoder(_batch.Attributes);
        return _attributes.TryRead(ref reader) && !reader.Failed && TryReadTemplates();
    }

    /// <summary>The keys of attributes in the block: of records, of resources and of scopes.</summary>
    public readonly bool HasAttribute(string name) => _attributes!.HasKey(name) || HasKey(_batch.Attributes, name);

    /// <summary>A number column; null when it is damaged.</summary>
    public readonly NumberView? Numbers(int column) => NumberView.Read(_block.Slice(_columns[column].At, _columns[column].Length), _rows, _buffers);

    /// <summary>Puts some rows, ascending, into the batch; false when they are damaged.</summary>
    public readonly bool TryTake(ReadOnlySpan<int> rows, NumberView times, NumberView streams, IReadOnlyList<string>? onlyFields, bool withKeys)
    {
        if (rows.IsEmpty)
            return true;
        var numbers = new NumberView[LogBlock.Columns];
        for (var column = 0; column < numbers.Length; column++)
        {
            if ((column switch { LogBlock.Time => times, LogBlock.Stream => streams, _ => Numbers(column) }) is not { } view)
                return false;
            numbers[column] = view;
        }
        _batch.Records.Reserve(rows.Length);
        var body = new LogBodyReader(this, onlyFields, times, withKeys);
        if (!body.TryPrepare(rows))
            return false;
        // Fast path: nothing that has to be read row by row to know where the next begins.
        if (_attributes!.Count == 0 && numbers[LogBlock.HasTrace].IsAll(0) && numbers[LogBlock.HasSpan].IsAll(0))
            return TryTakePlain(rows, numbers, body);
        var (next, trace, span) = (0, 0, 0);
        for (var row = 0; row < _rows && next < rows.Length; row++)
        {
            if (!_attributes.TryNext(Index(numbers[LogBlock.Shape][row]), out var attributes))
                return false;
            var (hasTrace, hasSpan) = (numbers[LogBlock.HasTrace][row] != 0, numbers[LogBlock.HasSpan][row] != 0);
            if (rows[next] == row)
            {
                next++;
                if (!TryRecord(numbers, row, out var record))
                    return false;
                record.Attributes = attributes;
                if (hasTrace)
                    record.TraceId = TraceId.FromBytes(Id(_traces, trace, TraceId.Size));
                if (hasSpan)
                    record.SpanId = SpanId.FromBytes(Id(_spans, span, SpanId.Size));
                body.Read(row, ref record);
                _batch.Records.Add(record);
            }
            trace += hasTrace ? 1 : 0;
            span += hasSpan ? 1 : 0;
        }
        return true;
    }

    private readonly bool TryTakePlain(ReadOnlySpan<int> rows, NumberView[] numbers, LogBodyReader body)
    {
        foreach (var row in rows)
        {
            if (!TryRecord(numbers, row, out var record))
                return false;
            body.Read(row, ref record);
            _batch.Records.Add(record);
        }
        return true;
    }

    private readonly bool TryRecord(NumberView[] numbers, int row, out LogRecord record)
    {
        var (severityText, eventName) = (numbers[LogBlock.SeverityText][row], numbers[LogBlock.EventName][row]);
        var (resource, scope) = (numbers[LogBlock.Resource][row] - 1, numbers[LogBlock.Scope][row] - 1);
        var (stream, kind) = (numbers[LogBlock.Stream][row], numbers[LogBlock.BodyKind][row]);
        record = default;
        if ((ulong)severityText >= (ulong)_texts.Count || (ulong)eventName >= (ulong)_texts.Count || (ulong)stream >= (ulong)_batch.Streams.Count
            || resource < -1 || resource >= _batch.Resources.Count || scope < -1 || scope >= _batch.Scopes.Count || (ulong)kind > (ulong)AttributeKind.Map)
            return false;
        var time = numbers[LogBlock.Time][row];
        record = new LogRecord
        {
            Stream = (int)stream,
            Resource = (int)resource,
            Scope = (int)scope,
            TimeUnixNano = time,
            ObservedTimeUnixNano = numbers[LogBlock.HasObserved][row] == 0 ? 0 : time + numbers[LogBlock.Observed][row],
            SeverityNumber = (byte)numbers[LogBlock.Severity][row],
            SeverityText = _texts[(int)severityText],
            EventName = _texts[(int)eventName],
            Body = new AttributeValue((AttributeKind)kind, numbers[LogBlock.BodyBits][row], default),
            Flags = (uint)numbers[LogBlock.Flags][row],
            DroppedAttributes = (int)numbers[LogBlock.Dropped][row],
        };
        return true;
    }

    private static ReadOnlySpan<byte> Id(FieldColumn? ids, int index, int size)
    {
        if (ids is null || index >= ids.Count)
            return default;
        var text = new ByteWriter(size * 2);
        ids.Append(index, text);
        var bytes = new byte[size];
        return text.Length == size * 2 && Convert.FromHexString(text.Written, bytes, out _, out _) == System.Buffers.OperationStatus.Done ? bytes : default;
    }

    private static int Index(long number) => (ulong)number > int.MaxValue ? -1 : (int)number;

    private bool TryReadTemplates()
    {
        if (Numbers(LogBlock.Template) is not { } templates)
            return false;
        _templates = _buffers.Ints(_rows);
        var lines = new int[_json.TemplateCount + 1];
        // Lines of one template follow each other: they are counted by the run.
        var (last, from) = (-1L, 0);
        for (var row = 0; row < _rows; row++)
        {
            var template = templates[row];
            _templates[row] = (int)template;
            if (template == last)
                continue;
            if ((ulong)template >= (ulong)lines.Length)
                return false;
            if (row > 0)
                lines[last] += row - from;
            (last, from) = (template, row);
        }
        if (_rows > 0)
            lines[last] += _rows - from;
        _json.Begin(_templates, lines);
        return (_bodies?.Count ?? 0) == lines[0];
    }

    private readonly bool TryReadTexts(ref ByteReader reader, out FieldColumn? texts)
    {
        var part = new ByteReader(reader.ReadText());
        var count = part.ReadInt(BlockDecoder.MaxRows);
        texts = count == 0 ? null : FieldColumn.ReadAny(ref part, count, _buffers);
        return !part.Failed && (count == 0 || texts is not null);
    }

    private readonly bool TryReadDictionaries(byte[] dictionaries)
    {
        var reader = new ByteReader(dictionaries);
        var streams = reader.ReadCount();
        for (var i = 0; i < streams; i++)
        {
            var labels = reader.ReadText();
            if (!LabelReader.IsCanonical(labels))
                return false;
            _batch.Streams.Add(_batch.Arena.Append(labels));
        }
        var count = reader.ReadCount(2);
        for (var i = 0; i < count; i++)
            _batch.Resources.Add(AttributeBytes.ReadResource(ref reader, _batch.Attributes));
        count = reader.ReadCount(4);
        for (var i = 0; i < count; i++)
            _batch.Scopes.Add(AttributeBytes.ReadScope(ref reader, _batch.Attributes));
        var texts = reader.ReadCount();
        for (var i = 0; i < texts; i++)
            _texts.Add(_batch.Arena.Append(reader.ReadText()));
        return !reader.Failed;
    }

    private static bool HasKey(AttributeTable table, string name)
    {
        for (var row = 0; row < table.Count; row++)
        {
            if (FieldName.Is(table.Key(row), name))
                return true;
        }
        return false;
    }
}
