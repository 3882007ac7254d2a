using System.Text;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Storage.Segments;

/// <summary>Spans that fit the hints; of attributes those of another text are left out, other kinds are left to the query.</summary>
internal sealed class SpanFilter(SpanSelect select) : EventFilter<SpanBatch>(select.FromNanos, select.ToNanos)
{
    private readonly byte[]? _service = select.ServiceName is { } service ? Encoding.UTF8.GetBytes(service) : null;
    private readonly byte[]? _name = select.Name is { } name ? Encoding.UTF8.GetBytes(name) : null;
    private readonly (byte[] Key, byte[] Text)[] _attributes = AttributesOf(select);
    private bool[] _wanted = [];

    public override IReadOnlyList<ReadOnlyMemory<byte>> Values { get; } = ValuesOf(select);

    public override bool NeedsAttributes => _attributes.Length > 0;

    public override EventFilter<SpanBatch> Fork() => new SpanFilter(select);

    public override bool WantsTag(ReadOnlySpan<byte> tag) => _service is null || tag.SequenceEqual(_service);

    public override bool WantsBlock(BlockEntry block) =>
        block.MaxDurationNanos >= select.MinDurationNanos && (select.Status is not { } status || (block.StatusBits & (1 << (int)status)) != 0);

    public override void Begin(SpanBatch batch)
    {
        _wanted = new bool[batch.Resources.Count];
        for (var i = 0; i < _wanted.Length; i++)
        {
            var row = batch.Attributes.Find(batch.Resources[i].Attributes, ResourceKeys.ServiceName);
            _wanted[i] = _service is null || (row >= 0 && batch.Arena.Get(batch.Attributes.Values[row].Payload).SequenceEqual(_service));
        }
    }

    public override bool WantsRow(SpanBatch batch, int row)
    {
        ref readonly var span = ref batch.Spans.Span[row];
        foreach (var (key, text) in _attributes)
        {
            if (!MayHave(batch, span.Attributes, key, text) && (span.Resource < 0 || !MayHave(batch, batch.Resources[span.Resource].Attributes, key, text)))
                return false;
        }
        return span.DurationNanos >= select.MinDurationNanos
            && (select.Status is not { } status || span.Status == status)
            && (span.Resource < 0 ? _service is null : _wanted[span.Resource])
            && (_name is null || batch.Arena.Get(span.Name).SequenceEqual(_name));
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
}
