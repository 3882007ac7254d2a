using System.Runtime.CompilerServices;
using Bongsu.Storage.Codecs;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Storage.Segments;

/// <summary>
/// Reads the rows of a block of spans that a filter wants: first the columns that the filter looks at, then, of the rows that are left, those that are asked
/// for. Columns that nobody asks for are not even decompressed. Any bytes give a batch or a refusal, never an exception.
/// </summary>
// Hot path: 14 µs a block of 1,024 spans of which none is wanted, 76 µs one of which a trace is taken without its attributes; 0 B a span (see SpanBlockBenchmark).
// Why optimized from the start: a question reads some tens of blocks, and is answered before the runtime has seen the loops often enough to compile them well.
internal ref struct SpanBlockReader
{
    private readonly ReadOnlySpan<byte> _block;
    private readonly SpanBlockBuffer _buffer;
    private int _rows;
    private int _kept;

    private SpanBlockReader(ReadOnlySpan<byte> block, SpanBlockBuffer buffer, SpanBatch batch)
    {
        _block = block;
        _buffer = buffer;
        Batch = batch;
    }

    /// <summary>Has the resources and scopes of the block from the start, its spans at the end.</summary>
    public SpanBatch Batch { get; }

    /// <summary>Whether the bytes are none of a block; then no row is left.</summary>
    public bool Failed { get; private set; }

    public readonly int RowCount => _rows;

    /// <summary>Rows that are still wanted, ascending.</summary>
    public readonly ReadOnlySpan<int> Kept => _buffer.Kept.AsSpan(0, _kept);

    public readonly SpanAttributeColumns Attributes => _buffer.Attributes;

    /// <summary>Adds the rows that a filter wants to an empty batch, newest first where they are sorted by time; false when the bytes are no block.</summary>
    public static bool TryRead(ReadOnlySpan<byte> block, SpanRowFilter filter, SpanBatch batch)
    {
        var buffer = SpanBlockBuffer.Take();
        var reader = new SpanBlockReader(block, buffer, batch);
        if (reader.TryOpen())
        {
            filter.Begin(batch);
            filter.Narrow(ref reader);
            SpanRows.Take(ref reader, filter.NeedsBodies ? SpanColumns.All : filter.Columns);
        }
        buffer.Return();
        return !reader.Failed;
    }

    public void KeepAll() => _kept = Failed ? 0 : _rows;

    /// <summary>Wants these of the rows that were there before; ascending.</summary>
    public void Keep(ReadOnlySpan<int> rows)
    {
        rows.CopyTo(_buffer.Kept);
        _kept = Failed ? 0 : rows.Length;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void KeepStarts(long fromNanos, long toNanos)
    {
        var starts = Starts();
        var kept = 0;
        foreach (var row in Kept)
        {
            if (starts[row] >= fromNanos && starts[row] < toNanos)
                _buffer.Kept[kept++] = row;
        }
        _kept = kept;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void KeepDurations(long minNanos)
    {
        var durations = Durations();
        var kept = 0;
        foreach (var row in Kept)
        {
            if (durations[row] >= minNanos)
                _buffer.Kept[kept++] = row;
        }
        _kept = kept;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void KeepStatus(SpanStatus status)
    {
        var statuses = Bytes(SpanBlock.Status);
        var kept = 0;
        foreach (var row in Kept)
        {
            if (statuses[row] == (byte)status)
                _buffer.Kept[kept++] = row;
        }
        _kept = kept;
    }

    /// <summary>Keeps the rows of some of the batch's resources.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void KeepResources(ReadOnlySpan<bool> wanted, bool wantsNone)
    {
        var resources = Numbers(SpanBlock.Resource, Batch.Resources.Count + 1);
        var kept = 0;
        foreach (var row in Kept)
        {
            if (resources[row] == 0 ? wantsNone : wanted[resources[row] - 1])
                _buffer.Kept[kept++] = row;
        }
        _kept = kept;
    }

    public void KeepName(ReadOnlySpan<byte> name)
    {
        var number = 0;
        while (number < _buffer.Texts.Count && !Text(number).SequenceEqual(name))
            number++;
        var names = Numbers(SpanBlock.Name, _buffer.Texts.Count);
        var kept = 0;
        foreach (var row in Kept)
        {
            if (names[row] == number)
                _buffer.Kept[kept++] = row;
        }
        _kept = kept;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void KeepTraces(HashSet<TraceId> traces)
    {
        var ids = Traces();
        var kept = 0;
        foreach (var row in Kept)
        {
            if (traces.Contains(ids[row]))
                _buffer.Kept[kept++] = row;
        }
        _kept = kept;
    }

    /// <summary>Resources (or scopes) of the rows by number, plus one; 0: none.</summary>
    public ReadOnlySpan<int> Origins(int column) => Numbers(column, (column == SpanBlock.Resource ? Batch.Resources.Count : Batch.Scopes.Count) + 1);

    /// <summary>Texts of the rows by number; see <see cref="TextOf"/>.</summary>
    public ReadOnlySpan<int> Texts(int column) => Numbers(column, _buffer.Texts.Count);

    /// <summary>Where a shared text stands in the batch's arena; empty when there is none of that number.</summary>
    public Slice TextOf(int number)
    {
        if ((uint)number < (uint)_buffer.Texts.Count)
            return _buffer.Texts[number];
        Fail();
        return Slice.Empty;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public ReadOnlySpan<long> Starts()
    {
        var starts = _buffer.Starts(_rows);
        if (_buffer.IsFirst(SpanBlock.Start))
        {
            ReadZigZags(SpanBlock.Start, starts);
            for (var i = 1; i < starts.Length; i++)
                starts[i] += starts[i - 1];
        }
        return starts;
    }

    /// <summary>Ends less starts; may be negative.</summary>
    public ReadOnlySpan<long> Durations()
    {
        var durations = _buffer.Durations(_rows);
        if (_buffer.IsFirst(SpanBlock.Duration))
            ReadZigZags(SpanBlock.Duration, durations);
        return durations;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public ReadOnlySpan<TraceId> Traces()
    {
        var traces = _buffer.Traces(_rows);
        if (!_buffer.IsFirst(SpanBlock.Trace))
            return traces;
        var reader = Cursor(SpanBlock.Trace);
        var last = default(TraceId);
        for (var i = 0; i < traces.Length; i++)
            traces[i] = last = reader.ReadByte() switch { 0 => default, 1 => last, _ => TraceId.FromBytes(reader.ReadBytes(TraceId.Size)) };
        Check(reader);
        return traces;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public ReadOnlySpan<SpanId> Spans()
    {
        var spans = _buffer.Spans(_rows);
        if (!_buffer.IsFirst(SpanBlock.Span))
            return spans;
        var reader = Cursor(SpanBlock.Span);
        for (var i = 0; i < spans.Length; i++)
            spans[i] = reader.ReadByte() < 2 ? default : SpanId.FromBytes(reader.ReadBytes(SpanId.Size));
        Check(reader);
        return spans;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public ReadOnlySpan<SpanId> Parents()
    {
        var parents = _buffer.Parents(_rows);
        if (!_buffer.IsFirst(SpanBlock.Parent))
            return parents;
        var spans = Spans();
        var reader = Cursor(SpanBlock.Parent);
        for (var i = 0; i < parents.Length; i++)
            parents[i] = reader.ReadByte() switch { 0 => default, 1 => i == 0 ? default : spans[i - 1], _ => SpanId.FromBytes(reader.ReadBytes(SpanId.Size)) };
        Check(reader);
        return parents;
    }

    /// <summary>A column of one byte a row.</summary>
    public ReadOnlySpan<byte> Bytes(int column)
    {
        var bytes = Column(column);
        if (bytes.Length >= _rows)
            return bytes;
        Fail();
        return bytes;
    }

    /// <summary>A reader of a column from its start; see <see cref="Check"/>.</summary>
    public ByteReader Cursor(int column) => new(Column(column));

    /// <summary>To be called when a cursor has read what is needed of it.</summary>
    public void Check(scoped in ByteReader cursor)
    {
        if (cursor.Failed)
            Fail();
    }

    /// <summary>Numbers of the rows, all of them below a limit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public ReadOnlySpan<int> Numbers(int column, int limit)
    {
        var numbers = _buffer.Numbers(column, _rows);
        if (!_buffer.IsFirst(column))
            return numbers;
        var reader = Cursor(column);
        for (var i = 0; i < numbers.Length; i++)
        {
            var number = reader.ReadVarint();
            numbers[i] = (int)number;
            if (number >= (ulong)limit)
                Fail();
        }
        Check(reader);
        // Why: who asked goes on with what it got; what is out of bounds must not be there.
        if (Failed)
            numbers.Clear();
        return numbers;
    }

    /// <summary>The bytes of a section of the block, read when first asked for.</summary>
    public ReadOnlySpan<byte> Section(SectionPlace place, ref int readAt)
    {
        if (Codecs.Section.IsPlain(place))
            return _block.Slice(place.StoredAt, place.StoredLength);
        if (readAt >= 0)
            return _buffer.Bytes(readAt, place.RawLength);
        var at = _buffer.Reserve(place.RawLength);
        if (!Codecs.Section.TryRead(_block.Slice(place.StoredAt, place.StoredLength), place, _buffer.Bytes(at, place.RawLength)))
        {
            Fail();
            return default;
        }
        readAt = at;
        return _buffer.Bytes(at, place.RawLength);
    }

    /// <summary>The bytes of a section at a place of the block, and where the next one stands.</summary>
    public bool TryPlace(ref int at, out SectionPlace place)
    {
        var reader = new ByteReader(_block[at..]);
        var isPlaced = Codecs.Section.TryPlace(ref reader, out place);
        place = place with { StoredAt = at + place.StoredAt };
        at += reader.Position;
        if (!isPlaced)
            Fail();
        return isPlaced;
    }

    public void Fail()
    {
        Failed = true;
        _kept = 0;
    }

    private readonly ReadOnlySpan<byte> Text(int number) => Batch.Arena.Get(_buffer.Texts[number]);

    private ReadOnlySpan<byte> Column(int column) => Section(_buffer.Places[column], ref _buffer.ReadAt[column]);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ReadZigZags(int column, Span<long> into)
    {
        var reader = Cursor(column);
        for (var i = 0; i < into.Length; i++)
            into[i] = reader.ReadZigZag();
        Check(reader);
    }

    private bool TryOpen()
    {
        var reader = new ByteReader(_block);
        if (reader.ReadByte() != BlockEncoder.Version)
        {
            Fail();
            return false;
        }
        _rows = reader.ReadInt(BlockDecoder.MaxRows);
        var at = reader.Position;
        var readAt = -1;
        if (reader.Failed || !TryPlace(ref at, out var dictionaries))
        {
            Fail();
            return false;
        }
        for (var i = 0; i < SpanBlock.Columns; i++)
        {
            // Why: room is made for as many rows as are said, so each has to be there.
            if (!TryPlace(ref at, out _buffer.Places[i]) || _buffer.Places[i].RawLength < (long)_rows * SpanBlock.MinRowBytes(i))
            {
                Fail();
                return false;
            }
        }
        _buffer.Attributes.At = at;
        if (!BlockDictionaries.TryRead(Section(dictionaries, ref readAt), Batch.Attributes, _buffer.Streams, Batch.Resources, Batch.Scopes, _buffer.Texts))
            Fail();
        _buffer.KeepAll(_rows);
        KeepAll();
        return !Failed;
    }
}
