using Bongsu.Ingest.Pipeline.Derive;
using Bongsu.Ingest.Pipeline.Sampling.Policies;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Ingest.Pipeline.Sampling;

/// <summary>Looks at the spans of one batch before the sampler's lock is taken: which conditions each meets, whether it failed, what it takes. Reusable; not thread-safe.</summary>
internal sealed class SpanObservation
{
    // What a span takes on the wire beside its texts: ids, times, kinds and counts; an event likewise; a link likewise.
    private const int SpanBytes = 68;
    private const int EventBytes = 12;
    private const int LinkBytes = 28;

    private readonly Column<ulong> _met = new();
    private readonly Column<ulong> _ofResource = new();
    private readonly Column<bool> _hasError = new();
    private readonly Column<long> _bytes = new();
    private int _words;

    // Hot path: every stored span; 0 B/op (see SamplingBenchmark).
    public void Observe(SpanBatch batch, IReadOnlyList<SpanCondition> conditions, int words, bool countsBytes)
    {
        _words = words;
        Clear();
        var all = _met.Take(batch.Count * words);
        all.Clear();
        var resources = OfResources(batch, conditions);
        for (var i = 0; i < batch.Count; i++)
        {
            ref readonly var span = ref batch.Spans.Span[i];
            var bits = all.Slice(i * words, words);
            if (span.Resource >= 0)
                resources.Slice(span.Resource * words, words).CopyTo(bits);
            for (var c = 0; c < conditions.Count && !span.IsDropped; c++)
            {
                if ((bits[c >> 6] & (1UL << (c & 63))) == 0 && conditions[c].Meets(batch, span))
                    bits[c >> 6] |= 1UL << (c & 63);
            }
            _hasError.Add(IsError(batch, span));
            _bytes.Add(countsBytes ? Size(batch, span) : 0);
        }
    }

    public ReadOnlySpan<ulong> Met(int span) => _met.Span.Slice(span * _words, _words);

    public bool HasError(int span) => _hasError.Span[span];

    public long Bytes(int span) => _bytes.Span[span];

    /// <summary>An error as a caller sees it: the status, or a server's 5xx that a sender left unset.</summary>
    public static bool IsError(SpanBatch batch, in Span span)
    {
        if (span.Status == SpanStatus.Error)
            return true;
        return span.Kind == SpanKind.Server && (HttpStatus(batch, span, "http.response.status_code"u8) >= 500 || HttpStatus(batch, span, "http.status_code"u8) >= 500);
    }

    private static long HttpStatus(SpanBatch batch, in Span span, ReadOnlySpan<byte> key)
    {
        var row = batch.Attributes.Find(span.Attributes, key);
        return row >= 0 && batch.Attributes.Values.Span[row].Kind == AttributeKind.Int ? batch.Attributes.Values.Span[row].Bits : 0;
    }

    private void Clear()
    {
        _met.Clear();
        _ofResource.Clear();
        _hasError.Clear();
        _bytes.Clear();
    }

    private Span<ulong> OfResources(SpanBatch batch, IReadOnlyList<SpanCondition> conditions)
    {
        var bits = _ofResource.Take(batch.Resources.Count * _words);
        bits.Clear();
        for (var r = 0; r < batch.Resources.Count; r++)
        {
            for (var c = 0; c < conditions.Count; c++)
            {
                if (conditions[c].MeetsResource(batch, r))
                    bits[r * _words + (c >> 6)] |= 1UL << (c & 63);
            }
        }
        return bits;
    }

    private static long Size(SpanBatch batch, in Span span)
    {
        var size = SpanBytes + span.Name.Length + span.TraceState.Length + span.StatusMessage.Length + Size(batch.Attributes, span.Attributes);
        foreach (ref readonly var e in batch.Events.Span.Slice(span.EventStart, span.EventCount))
            size += EventBytes + e.Name.Length + Size(batch.Attributes, e.Attributes);
        foreach (ref readonly var link in batch.Links.Span.Slice(span.LinkStart, span.LinkCount))
            size += LinkBytes + link.TraceState.Length + Size(batch.Attributes, link.Attributes);
        return size;
    }

    private static long Size(AttributeTable table, AttributeRange range)
    {
        var size = 0L;
        for (var row = range.Start; row < range.Start + range.Count; row++)
        {
            var value = table.Values.Span[row];
            size += table.Keys.Span[row].Length + value.Kind switch
            {
                AttributeKind.Int or AttributeKind.Double => sizeof(long),
                AttributeKind.Bool => 1,
                _ => value.Payload.Length,
            };
        }
        return size;
    }
}
