using System.Collections.Concurrent;
using System.Text;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Storage.Segments;

/// <summary>Spans that fit the hints; of attributes those of another text are left out, other kinds are left to the query.</summary>
internal sealed class SpanFilter : SpanRowFilter
{
    private readonly SpanSelect _select;
    private readonly byte[]? _service;
    private readonly byte[]? _name;
    private readonly (byte[] Key, byte[] Text)[] _attributes;
    private readonly SpanFilter[] _alternatives;
    private bool[] _wanted = [];

    public SpanFilter(SpanSelect select) : this(select, [])
    {
    }

    private SpanFilter(SpanSelect select, ConcurrentBag<SpanBatch> free) : base(select.FromNanos, select.ToNanos, ReadOf(select), free)
    {
        _select = select;
        _service = select.ServiceName is { } service ? Encoding.UTF8.GetBytes(service) : null;
        _name = select.Name is { } name ? Encoding.UTF8.GetBytes(name) : null;
        _attributes = AttributesOf(select);
        _alternatives = new SpanFilter[select.AnyOf?.Count ?? 0];
        for (var i = 0; i < _alternatives.Length; i++)
            _alternatives[i] = new SpanFilter(select.AnyOf![i], free);
        Values = ValuesOf(select);
    }

    public override IReadOnlyList<ReadOnlyMemory<byte>> Values { get; }

    public override IReadOnlyList<EventFilter<SpanBatch>> Alternatives => _alternatives;

    public override EventFilter<SpanBatch> Fork() => new SpanFilter(_select, Free);

    public override bool WantsTag(ReadOnlySpan<byte> tag) => _service is null || tag.SequenceEqual(_service);

    public override bool WantsBlock(BlockEntry block) =>
        block.MaxDurationNanos >= _select.MinDurationNanos && (_select.Status is not { } status || (block.StatusBits & (1 << (int)status)) != 0);

    public override void Begin(SpanBatch batch)
    {
        _wanted = new bool[batch.Resources.Count];
        for (var i = 0; i < _wanted.Length; i++)
        {
            var row = batch.Attributes.Find(batch.Resources[i].Attributes, ResourceKeys.ServiceName);
            _wanted[i] = _service is null || (row >= 0 && batch.Arena.Get(batch.Attributes.Values[row].Payload).SequenceEqual(_service));
        }
        foreach (var alternative in _alternatives)
            alternative.Begin(batch);
    }

    public override bool WantsRow(SpanBatch batch, int row)
    {
        ref readonly var span = ref batch.Spans.Span[row];
        foreach (var (key, text) in _attributes)
        {
            if (!MayHave(batch, span.Attributes, key, text) && (span.Resource < 0 || !MayHave(batch, batch.Resources[span.Resource].Attributes, key, text)))
                return false;
        }
        return span.DurationNanos >= _select.MinDurationNanos
            && (_select.Status is not { } status || span.Status == status)
            && (span.Resource < 0 ? _service is null : _wanted[span.Resource])
            && (_name is null || batch.Arena.Get(span.Name).SequenceEqual(_name))
            && FitsAnAlternative(batch, row);
    }

    public override void Narrow(ref SpanBlockReader block)
    {
        NarrowByRow(ref block);
        if (_alternatives.Length > 0 && !block.Kept.IsEmpty)
            NarrowByAlternatives(ref block);
        if (!block.Kept.IsEmpty)
            block.KeepStarts(FromNanos, ToNanos);
    }

    // What is cheap to read and rare comes first: the next looks only where rows are left.
    private void NarrowByRow(ref SpanBlockReader block)
    {
        if (_service is not null)
            block.KeepResources(_wanted, wantsNone: false);
        if (_select.Status is { } status && !block.Kept.IsEmpty)
            block.KeepStatus(status);
        if (_name is not null && !block.Kept.IsEmpty)
            block.KeepName(_name);
        if (_select.MinDurationNanos > 0 && !block.Kept.IsEmpty)
            block.KeepDurations(_select.MinDurationNanos);
        foreach (var (key, text) in _attributes)
        {
            if (!block.Kept.IsEmpty)
                SpanDetails.Keep(ref block, key, text, ByResource(block.Batch, key, text));
        }
    }

    private void NarrowByAlternatives(ref SpanBlockReader block)
    {
        var before = block.Kept.ToArray();
        var fits = new bool[block.RowCount];
        foreach (var alternative in _alternatives)
        {
            block.Keep(before);
            alternative.NarrowByRow(ref block);
            foreach (var row in block.Kept)
                fits[row] = true;
        }
        var count = 0;
        foreach (var row in before)
        {
            if (fits[row])
                before[count++] = row;
        }
        block.Keep(before.AsSpan(0, count));
    }

    private bool FitsAnAlternative(SpanBatch batch, int row)
    {
        foreach (var alternative in _alternatives)
        {
            if (alternative.WantsRow(batch, row))
                return true;
        }
        return _alternatives.Length == 0;
    }

    private static bool[] ByResource(SpanBatch batch, byte[] key, byte[] text)
    {
        var has = new bool[batch.Resources.Count];
        for (var i = 0; i < has.Length; i++)
            has[i] = MayHave(batch, batch.Resources[i].Attributes, key, text);
        return has;
    }

    // The text of a number or a list is for the query to make.
    private static bool MayHave(SpanBatch batch, AttributeRange range, byte[] key, byte[] text)
    {
        for (var row = range.Start; row < range.Start + range.Count; row++)
        {
            var value = batch.Attributes.Values[row];
            if (batch.Attributes.Key(row).SequenceEqual(key) && (value.Kind != AttributeKind.String || batch.Arena.Get(value.Payload).SequenceEqual(text)))
                return true;
        }
        return false;
    }

    private static (byte[], byte[])[] AttributesOf(SpanSelect select)
    {
        var attributes = new List<(byte[], byte[])>();
        foreach (var (key, text) in select.Attributes ?? [])
            attributes.Add((Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(text)));
        return [.. attributes];
    }

    private static List<ReadOnlyMemory<byte>> ValuesOf(SpanSelect select)
    {
        var values = new List<ReadOnlyMemory<byte>>();
        foreach (var (_, text) in select.Attributes ?? [])
        {
            if (AttributeWords.Has(text))
                values.Add(Encoding.UTF8.GetBytes(text));
        }
        return values;
    }

    // Rows are looked at once more when they are spans, so what the conditions are about is read too.
    private static SpanColumns ReadOf(SpanSelect select)
    {
        var (parts, keys) = (select.Columns.Parts, new HashSet<string>(select.Columns.AttributeKeys ?? []));
        AddConditions(select, ref parts, keys);
        var wantsAll = (select.Columns.Parts & SpanParts.Attributes) != 0 && select.Columns.AttributeKeys is null;
        return new SpanColumns(parts, wantsAll ? null : keys);
    }

    private static void AddConditions(SpanSelect select, ref SpanParts parts, HashSet<string> keys)
    {
        if (select.ServiceName is not null)
            parts |= SpanParts.Resource;
        if (select.Name is not null)
            parts |= SpanParts.Name;
        if (select.MinDurationNanos > 0)
            parts |= SpanParts.Duration;
        if (select.Status is not null)
            parts |= SpanParts.Status;
        foreach (var (key, _) in select.Attributes ?? [])
        {
            parts |= SpanParts.Attributes | SpanParts.Resource;
            keys.Add(key);
        }
        foreach (var alternative in select.AnyOf ?? [])
            AddConditions(alternative, ref parts, keys);
    }
}
