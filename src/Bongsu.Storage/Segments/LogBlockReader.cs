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
    private AttributeColumnsDecoder? _attributes;
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
        return reader.Numbers(LogBlock.Template) is { } templates && reader.Json.TryBegin(templates) && reader._head.Bodies.Count == reader.Json.Lines(0) ? reader : null;
    }

    /// <summary>A number column; null when it is damaged.</summary>
    public PackedLongs? Numbers(int column) =>
        _numbers[column] ??= _block.TryRead(_head.Numbers[column], out var bytes) ? PackedLongs.Open(bytes, Rows, Buffers) : null;

    /// <summary>The bodies that are no JSON lines; null when they are damaged.</summary>
    public FieldColumn? Bodies() => _bodies ??= Texts(_head.Bodies);

    /// <summary>Whether records, resources or scopes of the block may have a field of that name; null when that cannot be read.</summary>
    public bool? HasAttribute(string name) => Attributes() is not { } attributes ? null : attributes.HasKey(name) || HasKey(Batch.Attributes, name);

    /// <summary>Puts some rows, ascending, into the batch; false when they are damaged.</summary>
    public bool TryTake(ReadOnlySpan<int> rows, IReadOnlyList<string>? onlyFields, bool withKeys)
    {
        if (rows.IsEmpty)
            return true;
        for (var column = 0; column < LogBlock.Columns; column++)
        {
            if (Numbers(column) is null)
                return false;
        }
        Batch.Records.Reserve(rows.Length);
        var body = new LogBodyReader(this, onlyFields, withKeys);
        if (Attributes() is not { } attributes || !body.TryPrepare(rows) || RowsWith(LogBlock.HasTrace) is not { } traced || RowsWith(LogBlock.HasSpan) is not { } spanned)
            return false;
        var (traces, spans) = (Texts(_head.Traces), Texts(_head.Spans));
        var before = 0;
        foreach (var row in rows)
        {
            if (!TryRecord(row, out var record) || !TryAttributes(attributes, ref before, row, ref record))
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

    // Those of the rows between have to be stepped over, for each value says where the next begins.
    private bool TryAttributes(AttributeColumnsDecoder attributes, ref int before, int row, ref LogRecord record)
    {
        if (attributes.Count == 0)
            return true;
        var shapes = _numbers[LogBlock.Shape]!;
        for (; before < row; before++)
        {
            if (!attributes.TrySkip(Index(shapes[before])))
                return false;
        }
        before++;
        return attributes.TryNext(Index(shapes[row]), out record.Attributes);
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

    private AttributeColumnsDecoder? Attributes()
    {
        if (_attributes is not null)
            return _attributes;
        if (!_block.TryRead(_head.Attributes, out var bytes))
            return null;
        var attributes = new AttributeColumnsDecoder(Batch.Attributes);
        var reader = new ByteReader(bytes);
        return attributes.TryRead(ref reader) ? _attributes = attributes : null;
    }

    // Ranked: which of the ids a row has is how many rows before it have one.
    private RowSet? RowsWith(int column)
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
