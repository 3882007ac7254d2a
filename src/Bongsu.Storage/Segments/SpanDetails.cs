using Bongsu.Storage.Codecs;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Storage.Segments;

/// <summary>
/// What has as many values in a row as the row happens to have: attributes, events, links, and the numbers that stand among theirs. Read by one cursor in
/// each column, from the first row to the last that is kept.
/// </summary>
internal ref struct SpanDetails
{
    private const SpanParts Nested = SpanParts.Events | SpanParts.Links;

    private readonly bool _hasNested;
    private readonly SpanParts _parts;
    private ByteReader _counts;
    private ByteReader _dropped;
    private ByteReader _flags;
    private ByteReader _shapes;
    private ByteReader _eventTimes;
    private ByteReader _eventNames;
    private ByteReader _eventShapes;
    private ByteReader _linkTraces;
    private ByteReader _linkSpans;
    private ByteReader _linkStates;
    private ByteReader _linkShapes;

    private SpanDetails(scoped ref SpanBlockReader block, SpanParts parts)
    {
        _parts = parts;
        _hasNested = block.Bytes(SpanBlock.Counts).ContainsAnyExcept((byte)0);
        _counts = block.Cursor(SpanBlock.Counts);
        if (Wants(SpanParts.Attributes | Nested))
            _shapes = block.Cursor(SpanBlock.Shape);
        if (Wants(SpanParts.Remarks | Nested))
        {
            _dropped = block.Cursor(SpanBlock.Dropped);
            _flags = block.Cursor(SpanBlock.Flags);
        }
        if (!_hasNested)
            return;
        _eventShapes = block.Cursor(SpanBlock.EventShape);
        _linkShapes = block.Cursor(SpanBlock.LinkShape);
        if (Wants(SpanParts.Events))
        {
            _eventTimes = block.Cursor(SpanBlock.EventTime);
            _eventNames = block.Cursor(SpanBlock.EventName);
        }
        if (Wants(SpanParts.Links))
        {
            _linkTraces = block.Cursor(SpanBlock.LinkTrace);
            _linkSpans = block.Cursor(SpanBlock.LinkSpan);
            _linkStates = block.Cursor(SpanBlock.LinkState);
        }
    }

    public static void Take(scoped ref SpanBlockReader block, SpanColumns columns, Span<Span> spans)
    {
        if ((columns.Parts & (SpanParts.Attributes | Nested)) != 0 && !TryWant(ref block, columns))
            return;
        var details = new SpanDetails(ref block, columns.Parts);
        var kept = block.Kept;
        for (var (row, i) = (0, 0); i < kept.Length && !block.Failed; row++)
        {
            if (row == kept[i])
                details.Next(ref block, ref spans[i++], isKept: true);
            else
                details.Next(ref block, ref spans[i], isKept: false);
        }
        details.Check(ref block);
    }

    /// <summary>Keeps the rows that have an attribute of this text, or of another kind than text, by themselves or by their resource.</summary>
    public static void Keep(scoped ref SpanBlockReader block, ReadOnlySpan<byte> key, ReadOnlySpan<byte> text, ReadOnlySpan<bool> byResource)
    {
        var attributes = block.Attributes;
        attributes.Open(ref block);
        Span<bool> wanted = attributes.Count <= 256 ? stackalloc bool[attributes.Count] : new bool[attributes.Count];
        for (var i = 0; i < wanted.Length; i++)
            wanted[i] = block.Batch.Arena.Get(attributes.Key(i)).SequenceEqual(key);
        attributes.Want(wanted);
        var resources = block.Origins(SpanBlock.Resource);
        var details = new SpanDetails(ref block, SpanParts.Attributes);
        // Kept rows are written over from the front, behind where they are read.
        var (rows, count, at) = (block.Kept.ToArray(), 0, 0);
        for (var row = 0; at < rows.Length && !block.Failed; row++)
        {
            var passes = details.NextHas(ref block, text);
            if (row != rows[at])
                continue;
            at++;
            if (passes || (resources[row] > 0 && byResource[resources[row] - 1]))
                rows[count++] = row;
        }
        details.Check(ref block);
        block.Keep(rows.AsSpan(0, count));
    }

    private static bool TryWant(scoped ref SpanBlockReader block, SpanColumns columns)
    {
        var attributes = block.Attributes;
        attributes.Open(ref block);
        if (block.Failed)
            return false;
        Span<bool> wanted = attributes.Count <= 256 ? stackalloc bool[attributes.Count] : new bool[attributes.Count];
        for (var i = 0; i < wanted.Length; i++)
            wanted[i] = columns.AttributeKeys is not { } keys || (columns.Parts & Nested) != 0 || IsAmong(block.Batch.Arena.Get(attributes.Key(i)), keys);
        attributes.Want(wanted);
        return true;
    }

    private static bool IsAmong(ReadOnlySpan<byte> key, IReadOnlyCollection<string> keys)
    {
        foreach (var wanted in keys)
        {
            if (System.Text.Encoding.UTF8.GetByteCount(wanted) == key.Length && System.Text.Encoding.UTF8.GetString(key) == wanted)
                return true;
        }
        return false;
    }

    private readonly bool Wants(SpanParts any) => (_parts & any) != 0;

    private void Next(scoped ref SpanBlockReader block, ref Span span, bool isKept)
    {
        var (events, links) = Counts();
        if (Wants(SpanParts.Remarks | Nested))
            TakeRemarks(ref span, isKept);
        if (Wants(SpanParts.Attributes | Nested))
        {
            var range = NextRange(ref block, ref _shapes, isKept && Wants(SpanParts.Attributes));
            if (isKept)
                span.Attributes = range;
        }
        if (!_hasNested)
            return;
        if (isKept && Wants(SpanParts.Events))
            (span.EventStart, span.EventCount) = (block.Batch.Events.Count, events);
        if (isKept && Wants(SpanParts.Links))
            (span.LinkStart, span.LinkCount) = (block.Batch.Links.Count, links);
        for (var i = 0; i < events && !block.Failed; i++)
            NextEvent(ref block, span.StartUnixNano, isKept);
        for (var i = 0; i < links && !block.Failed; i++)
            NextLink(ref block, isKept);
    }

    private (int Events, int Links) Counts() => _hasNested ? (_counts.ReadInt(), _counts.ReadInt()) : default;

    private void TakeRemarks(ref Span span, bool isKept)
    {
        var flags = (uint)_flags.ReadVarint();
        var (attributes, events, links) = ((int)_dropped.ReadVarint(), (int)_dropped.ReadVarint(), (int)_dropped.ReadVarint());
        if (isKept && Wants(SpanParts.Remarks))
            (span.Flags, span.DroppedAttributes, span.DroppedEvents, span.DroppedLinks) = (flags, attributes, events, links);
    }

    private void NextEvent(scoped ref SpanBlockReader block, long startNanos, bool isKept)
    {
        var isTaken = isKept && Wants(SpanParts.Events);
        var attributes = NextNested(ref block, ref _eventShapes, isTaken);
        var dropped = Wants(SpanParts.Remarks | Nested) ? (int)_dropped.ReadVarint() : 0;
        if (!Wants(SpanParts.Events))
            return;
        var (time, name) = (_eventTimes.ReadZigZag(), _eventNames.ReadInt());
        if (isTaken)
            block.Batch.Events.Add(new SpanEvent(startNanos + time, block.TextOf(name), attributes, dropped));
        if (_eventTimes.Failed)
            block.Fail();
    }

    private void NextLink(scoped ref SpanBlockReader block, bool isKept)
    {
        var isTaken = isKept && Wants(SpanParts.Links);
        var attributes = NextNested(ref block, ref _linkShapes, isTaken);
        var (dropped, flags) = Wants(SpanParts.Remarks | Nested) ? ((int)_dropped.ReadVarint(), (uint)_flags.ReadVarint()) : default;
        if (!Wants(SpanParts.Links))
            return;
        var trace = _linkTraces.ReadByte() < 2 ? default : TraceId.FromBytes(_linkTraces.ReadBytes(TraceId.Size));
        var span = _linkSpans.ReadByte() < 2 ? default : SpanId.FromBytes(_linkSpans.ReadBytes(SpanId.Size));
        var state = _linkStates.ReadInt();
        if (isTaken)
            block.Batch.Links.Add(new SpanLink(trace, span, block.TextOf(state), attributes, dropped, flags));
        if (_linkTraces.Failed)
            block.Fail();
    }

    private readonly AttributeRange NextNested(scoped ref SpanBlockReader block, ref ByteReader shapes, bool isTaken) =>
        Wants(SpanParts.Attributes | Nested) ? NextRange(ref block, ref shapes, isTaken) : AttributeRange.Empty;

    // The attributes of the next record that a column of shapes tells of.
    private static AttributeRange NextRange(scoped ref SpanBlockReader block, ref ByteReader shapes, bool isTaken)
    {
        var attributes = block.Attributes;
        var columns = NextShape(ref block, ref shapes);
        if (!isTaken)
        {
            attributes.Skip(ref block, columns);
            return AttributeRange.Empty;
        }
        var table = block.Batch.Attributes;
        var start = table.Count;
        foreach (var column in columns)
        {
            var value = attributes.Next(ref block, column, out var payload);
            table.Add(attributes.Key(column), value with { Payload = table.Arena.Append(payload) });
        }
        return table.Since(start);
    }

    private bool NextHas(scoped ref SpanBlockReader block, ReadOnlySpan<byte> text)
    {
        var (events, links) = Counts();
        var has = false;
        foreach (var column in NextShape(ref block, ref _shapes))
        {
            // The text of a number or a list is for the query to make.
            var value = block.Attributes.Next(ref block, column, out var payload);
            has |= value.Kind != AttributeKind.String || payload.SequenceEqual(text);
        }
        for (var i = 0; i < events && !block.Failed; i++)
            NextRange(ref block, ref _eventShapes, isTaken: false);
        for (var i = 0; i < links && !block.Failed; i++)
            NextRange(ref block, ref _linkShapes, isTaken: false);
        return has;
    }

    private static ReadOnlySpan<int> NextShape(scoped ref SpanBlockReader block, ref ByteReader shapes)
    {
        var shape = shapes.ReadInt();
        if (!shapes.Failed && shape < block.Attributes.ShapeCount)
            return block.Attributes.Wanted(shape);
        block.Fail();
        return default;
    }

    private readonly void Check(scoped ref SpanBlockReader block)
    {
        block.Check(_counts);
        block.Check(_dropped);
        block.Check(_flags);
        block.Check(_eventNames);
        block.Check(_linkSpans);
        block.Check(_linkStates);
    }
}
