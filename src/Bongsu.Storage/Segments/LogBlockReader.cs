using Bongsu.Storage.Codecs;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Storage.Segments;

/// <summary>
/// Reads a sealed block of log records: first the columns that a selection asks about, then, of the rows it wants, the rest. Any bytes give a batch or a
/// refusal, never an exception. One block each; not thread-safe.
/// </summary>
internal sealed class LogBlockReader
{
    private readonly BlockBytes _block;
    private readonly LogBlockHead _head;
    private readonly PackedLongs?[] _numbers = new PackedLongs?[LogBlock.Columns];
    private LogAttributes? _attributes;
    private AttributeColumnsDecoder? _secondAttributes;
    private FieldColumn? _bodies;

    private LogBlockReader(BlockBytes block)
    {
        _block = block;
        _head = new LogBlockHead(Batch);
        Json = null!;
    }

    public LogBatch Batch { get; } = new();

    public LogBlockHead Head => _head;

    public int Rows => _head.Rows;

    public JsonColumns Json { get; private set; }

    public BlockBuffers Buffers => _block.Buffers;

    /// <summary>Reads what stands at the beginning of a block; null when it is damaged.</summary>
    public static LogBlockReader? Open(BlockBytes block)
    {
        var reader = new LogBlockReader(block);
        if (!reader._head.TryRead(block))
            return null;
        reader.Json = new JsonColumns(reader._head, block);
        return reader.Numbers(LogBlock.Template) is { } templates && reader.Json.Columns.TryBegin(templates) && reader._head.Bodies.Count == reader.Json.Columns.CountOf(0) ? reader : null;
    }

    /// <summary>A number column; null when it is damaged.</summary>
    public PackedLongs? Numbers(int column) =>
        _numbers[column] ??= _block.TryRead(_head.Numbers[column], out var bytes) ? PackedLongs.Open(bytes, Rows, Buffers) : null;

    /// <summary>The bodies that are no JSON lines; null when they are damaged.</summary>
    public FieldColumn? Bodies() => _bodies ??= Texts(_head.Bodies);

    /// <summary>The fields of records in columns; null when they are damaged.</summary>
    public LogAttributes? Attributes()
    {
        if (_attributes is not null)
            return _attributes;
        var attributes = new LogAttributes(_head, _block, Batch);
        if (_head.SecondAttributes is null && (Numbers(LogBlock.Shape) is not { } shapes || !attributes.Columns.TryBegin(shapes)))
            return null;
        return _attributes = attributes;
    }

    /// <summary>Whether fields of records are in the form of the second version, and may be called so; null when that cannot be read.</summary>
    public bool? HasSecondAttribute(string name) => _head.SecondAttributes is null ? false : SecondAttributes()?.HasKey(name);

    /// <summary>Whether resources or scopes of the block may have a field of that name.</summary>
    public bool HasSharedAttribute(string name)
    {
        foreach (ref readonly var resource in Batch.Resources.Span)
        {
            if (HasKey(resource.Attributes, name))
                return true;
        }
        foreach (ref readonly var scope in Batch.Scopes.Span)
        {
            if (HasKey(scope.Attributes, name))
                return true;
        }
        return name is "scope_name" or "scope_version" && Batch.Scopes.Count > 0;
    }

    /// <summary>Puts some rows, ascending, into the batch, those in <paramref name="whole"/> with their bodies whatever fields alone are asked for; false when they are damaged.</summary>
    public bool TryTake(ReadOnlySpan<int> rows, IReadOnlyList<string>? onlyFields, RowSet whole, bool withKeys)
    {
        if (rows.IsEmpty)
            return true;
        for (var column = 0; column < LogBlock.Columns; column++)
        {
            if (Numbers(column) is null)
                return false;
        }
        Batch.Records.Reserve(rows.Length);
        var body = new LogBodyReader(this, onlyFields, whole, withKeys);
        if (!TryPrepareAttributes(rows) || !body.TryPrepare(rows) || RowsWith(LogBlock.HasTrace) is not { } traced || RowsWith(LogBlock.HasSpan) is not { } spanned)
            return false;
        var (traces, spans) = (Traces(), Spans());
        var before = 0;
        foreach (var row in rows)
        {
            if (!TryRecord(row, out var record) || !TryAttributes(ref before, row, ref record))
                return false;
            if (traced.Has(row))
                record.TraceId = TraceId.FromBytes(Id(traces, traced.Rank(row), TraceId.Size));
            if (spanned.Has(row))
                record.SpanId = SpanId.FromBytes(Id(spans, spanned.Rank(row), SpanId.Size));
            body.Read(row, ref record);
            Batch.Records.Add(record);
        }
        return true;
    }

    private bool TryPrepareAttributes(ReadOnlySpan<int> rows)
    {
        if (_head.SecondAttributes is not null)
            return SecondAttributes() is not null;
        return Attributes() is { } attributes && (attributes.Count == 0 || attributes.TryPrepare(rows, _numbers[LogBlock.Shape]!));
    }

    private bool TryAttributes(ref int before, int row, ref LogRecord record)
    {
        var shapes = _numbers[LogBlock.Shape]!;
        if (_secondAttributes is null)
            return _attributes!.Count == 0 || _attributes.TryTake(row, shapes[row], out record.Attributes);
        // Those of the rows between have to be stepped over, for each value says where the next begins.
        for (; before < row; before++)
        {
            if (!_secondAttributes.TrySkip(Index(shapes[before])))
                return false;
        }
        before++;
        return _secondAttributes.TryNext(Index(shapes[row]), out record.Attributes);
    }

    private bool TryRecord(int row, out LogRecord record)
    {
        var numbers = _numbers;
        var (severityText, eventName) = (numbers[LogBlock.SeverityText]![row], numbers[LogBlock.EventName]![row]);
        var (resource, scope) = (numbers[LogBlock.Resource]![row] - 1, numbers[LogBlock.Scope]![row] - 1);
        var (stream, kind) = (numbers[LogBlock.Stream]![row], numbers[LogBlock.BodyKind]![row]);
        record = default;
        if ((ulong)severityText >= (ulong)_head.Texts.Count || (ulong)eventName >= (ulong)_head.Texts.Count || (ulong)stream >= (ulong)Batch.Streams.Count
            || resource < -1 || resource >= Batch.Resources.Count || scope < -1 || scope >= Batch.Scopes.Count || (ulong)kind > (ulong)AttributeKind.Map)
            return false;
        var time = numbers[LogBlock.Time]![row];
        record = new LogRecord
        {
            Stream = (int)stream,
            Resource = (int)resource,
            Scope = (int)scope,
            TimeUnixNano = time,
            ObservedTimeUnixNano = numbers[LogBlock.HasObserved]![row] == 0 ? 0 : time + numbers[LogBlock.Observed]![row],
            SeverityNumber = (byte)numbers[LogBlock.Severity]![row],
            SeverityText = _head.Texts[(int)severityText],
            EventName = _head.Texts[(int)eventName],
            Body = new AttributeValue((AttributeKind)kind, numbers[LogBlock.BodyBits]![row], default),
            Flags = (uint)numbers[LogBlock.Flags]![row],
            DroppedAttributes = (int)numbers[LogBlock.Dropped]![row],
            Attributes = AttributeRange.Empty,
        };
        return true;
    }

    private AttributeColumnsDecoder? SecondAttributes()
    {
        if (_secondAttributes is not null)
            return _secondAttributes;
        if (!_block.TryRead(_head.SecondAttributes!.Value, out var bytes))
            return null;
        var attributes = new AttributeColumnsDecoder(Batch.Attributes);
        var reader = new ByteReader(bytes);
        return attributes.TryRead(ref reader) ? _secondAttributes = attributes : null;
    }

    /// <summary>The rows where a number column is not 0, ranked: which of the ids a row has is how many rows before it have one. Null when it is damaged.</summary>
    public RowSet? RowsWith(int column)
    {
        if (Numbers(column) is not { } has)
            return null;
        var rows = Buffers.Set(Rows);
        if (has.IsConstant(out var all))
        {
            if (all != 0)
                rows.Fill();
        }
        else
        {
            for (var row = 0; row < Rows; row++)
            {
                if (has[row] != 0)
                    rows.Add(row);
            }
        }
        rows.BeginRanks();
        return rows;
    }

    /// <summary>Trace ids of the rows that have one; null when there are none, or they are damaged.</summary>
    public FieldColumn? Traces() => Texts(_head.Traces);

    /// <summary>As <see cref="Traces"/>, of spans.</summary>
    public FieldColumn? Spans() => Texts(_head.Spans);

    private FieldColumn? Texts((int Count, BlockPart Values) texts) =>
        texts.Count > 0 && _block.TryRead(texts.Values, out var bytes) ? FieldColumn.ReadAny(bytes, texts.Count, Buffers) : null;

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

    private bool HasKey(AttributeRange range, string name)
    {
        for (var row = range.Start; row < range.Start + range.Count; row++)
        {
            if (FieldName.Is(Batch.Attributes.Key(row), name))
                return true;
        }
        return false;
    }
}
