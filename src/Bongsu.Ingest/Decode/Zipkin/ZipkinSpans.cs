using System.Buffers.Text;
using System.Text;
using Bongsu.Ingest.Decode.JsonLines;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Ingest.Decode.Zipkin;

/// <summary>
/// Reads Zipkin's JSON of version 2, a list of spans, and maps them as OpenTelemetry does. A span that breaks a rule is refused by itself; malformed JSON fails
/// the request. Not thread-safe.
/// </summary>
internal sealed class ZipkinSpans(IngestLimits limits)
{
    private readonly SpanBuilder _spans = new(limits);
    private readonly ZipkinTags _tags = new();
    private readonly SharedSpans _shared = new();
    private readonly Dictionary<string, int> _resources = [];
    private readonly ByteBuffer _text = new();
    private int _item;

    /// <summary>Fills the batch; a failure means that nothing of it may be stored.</summary>
    public DecodeFailure? Decode(ReadOnlySpan<byte> body, SpanBatch batch, RejectionTally tally)
    {
        _spans.Begin(batch, tally);
        _resources.Clear();
        _shared.Clear();
        var failure = Each(body, batch, tally, isFirst: true);
        if (failure is not null)
            return failure;
        failure = Each(body, batch, tally, isFirst: false);
        _spans.End();
        return failure;
    }

    // Twice: the first time tells which spans two services share, so that the second can give children to the right one.
    private DecodeFailure? Each(ReadOnlySpan<byte> body, SpanBatch batch, RejectionTally tally, bool isFirst)
    {
        var list = new JsonScanner(body);
        list.TryOpen((byte)'[');
        for (_item = 1; list.ReadItem(); _item++)
        {
            if (_item > limits.RecordsPerRequest)
                return new DecodeFailure($"more than {limits.RecordsPerRequest} spans in one request; send smaller batches", IsTooLarge: true);
            if (list.Kind != JsonKind.Object)
            {
                if (!isFirst)
                    tally.Add(RejectReason.Invalid, $"item {_item} is no JSON object");
                continue;
            }
            var fields = ZipkinFields.Of(list.Value);
            if (isFirst)
                Remember(fields);
            else
                Span(fields, batch);
            if (BatchBounds.Check(limits, batch) is { } tooLarge)
                return tooLarge;
        }
        if (list.Fault is { } fault)
            return new DecodeFailure($"malformed JSON: {fault}, at byte {list.Position} of {body.Length}; nothing of the request was stored");
        return body[list.Position..].Trim(" \t\r\n"u8).IsEmpty ? null : new DecodeFailure($"malformed JSON: more after the end of the list at byte {list.Position}");
    }

    private void Remember(in ZipkinFields fields)
    {
        if (fields.IsShared && TryTrace(fields.TraceId, out var trace) && TrySpan(fields.Id, out var id))
            _shared.Add(trace, id, ServiceOf(fields));
    }

    private void Span(in ZipkinFields fields, SpanBatch batch)
    {
        var service = ServiceOf(fields);
        _spans.UseResource(Resource(service, batch));
        _spans.BeginSpan();
        Ids(fields, service);
        _spans.Span.Kind = KindOf(fields.Kind);
        _spans.Name(Unescaped(fields.Name));
        if (Number(fields.Timestamp) is not { } start || Number(fields.Duration, otherwise: 0) is not { } duration)
            _spans.Refuse(RejectReason.Invalid, $"item {_item}: timestamp and duration must be whole microseconds");
        else
            _spans.Times(start, duration);
        _tags.Add(fields, _spans);
        _spans.EndAttributes();
        _tags.AddEvents(fields.Annotations, _spans);
        _spans.EndSpan();
    }

    private void Ids(in ZipkinFields fields, string service)
    {
        ref var span = ref _spans.Span;
        if (!TryTrace(fields.TraceId, out span.TraceId))
            _spans.Refuse(RejectReason.Invalid, $"item {_item}: traceId must be 16 or 32 hexadecimal digits");
        if (!TrySpan(fields.Id, out span.SpanId))
            _spans.Refuse(RejectReason.Invalid, $"item {_item}: id must be 16 hexadecimal digits");
        if (!fields.ParentId.IsEmpty && !TrySpan(fields.ParentId, out span.ParentSpanId))
            _spans.Refuse(RejectReason.Invalid, $"item {_item}: parentId must be 16 hexadecimal digits");
        if (fields.IsShared)
        {
            span.ParentSpanId = span.SpanId;
            span.SpanId = SharedSpans.Own(span.SpanId);
        }
        else if (_shared.Contains(span.TraceId, span.ParentSpanId, service))
        {
            span.ParentSpanId = SharedSpans.Own(span.ParentSpanId);
        }
    }

    private int Resource(string service, SpanBatch batch)
    {
        if (_resources.TryGetValue(service, out var known))
            return known;
        var start = batch.Attributes.Count;
        if (service.Length > 0)
            batch.Attributes.Add("service.name", service);
        _spans.Resource(start);
        return _resources[service] = batch.Resources.Count - 1;
    }

    private string ServiceOf(in ZipkinFields fields)
    {
        var endpoint = new JsonScanner(fields.LocalEndpoint);
        if (!endpoint.TryOpen((byte)'{'))
            return "";
        while (endpoint.ReadMember())
        {
            if (endpoint.Key.SequenceEqual("serviceName"u8) && endpoint.Kind == JsonKind.String)
                return Encoding.UTF8.GetString(Text.Cut(Unescaped(endpoint.Value), limits.LabelValueBytes));
        }
        return "";
    }

    private ReadOnlySpan<byte> Unescaped(ReadOnlySpan<byte> text)
    {
        if (text.IndexOf((byte)'\\') < 0)
            return text;
        _text.Clear();
        JsonText.Append(text, _text);
        return _text.Span;
    }

    // Absent means a span within the process.
    private static SpanKind KindOf(ReadOnlySpan<byte> kind)
    {
        if (kind.SequenceEqual("CLIENT"u8))
            return SpanKind.Client;
        if (kind.SequenceEqual("SERVER"u8))
            return SpanKind.Server;
        if (kind.SequenceEqual("PRODUCER"u8))
            return SpanKind.Producer;
        return kind.SequenceEqual("CONSUMER"u8) ? SpanKind.Consumer : SpanKind.Internal;
    }

    private static long? Number(ReadOnlySpan<byte> text, long? otherwise = null)
    {
        if (text.IsEmpty)
            return otherwise;
        return Utf8Parser.TryParse(text, out long value, out var used) && used == text.Length ? value : null;
    }

    private static bool TryTrace(ReadOnlySpan<byte> text, out TraceId id)
    {
        id = default;
        Span<char> chars = stackalloc char[32];
        return text.Length is > 0 and <= 32 && TraceId.TryParse(chars[..Encoding.Latin1.GetChars(text, chars)], out id) && !id.IsEmpty;
    }

    private static bool TrySpan(ReadOnlySpan<byte> text, out SpanId id)
    {
        id = default;
        Span<char> chars = stackalloc char[16];
        return text.Length is > 0 and <= 16 && SpanId.TryParse(chars[..Encoding.Latin1.GetChars(text, chars)], out id);
    }
}
