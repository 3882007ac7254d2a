using System.Text;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Storage.Segments;

/// <summary>Spans that fit the hints; attributes are left to the query.</summary>
internal sealed class SpanFilter(SpanSelect select) : EventFilter<SpanBatch>(select.FromNanos, select.ToNanos)
{
    private readonly byte[]? _service = select.ServiceName is { } service ? Encoding.UTF8.GetBytes(service) : null;
    private readonly byte[]? _name = select.Name is { } name ? Encoding.UTF8.GetBytes(name) : null;
    private bool[] _wanted = [];

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
        return span.DurationNanos >= select.MinDurationNanos
            && (select.Status is not { } status || span.Status == status)
            && (span.Resource < 0 ? _service is null : _wanted[span.Resource])
            && (_name is null || batch.Arena.Get(span.Name).SequenceEqual(_name));
    }
}
