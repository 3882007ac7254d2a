using System.Buffers.Text;
using Bongsu.Ingest.Decode.JsonLines;
using Bongsu.Telemetry.Events;

namespace Bongsu.Ingest.Decode.Zipkin;

/// <summary>Tags and endpoints of Zipkin spans as attributes, annotations as events. Not thread-safe.</summary>
internal sealed class ZipkinTags
{
    private readonly ByteBuffer _key = new();
    private readonly ByteBuffer _value = new();

    public void Add(in ZipkinFields fields, SpanBuilder span)
    {
        var tags = new JsonScanner(fields.Tags);
        if (!fields.Tags.IsEmpty && tags.TryOpen((byte)'{'))
        {
            while (tags.ReadMember())
            {
                if (tags.Kind != JsonKind.Null)
                    Tag(Unescaped(tags.Key, _key), Unescaped(tags.Value, _value), span);
            }
        }
        Endpoint(fields.RemoteEndpoint, isRemote: true, span);
        Endpoint(fields.LocalEndpoint, isRemote: false, span);
    }

    public void AddEvents(ReadOnlySpan<byte> annotations, SpanBuilder span)
    {
        var items = new JsonScanner(annotations);
        if (annotations.IsEmpty || !items.TryOpen((byte)'['))
            return;
        while (items.ReadItem())
        {
            if (items.Kind == JsonKind.Object && span.CanAddEvent())
                Event(items.Value, span);
        }
    }

    // Every tag is text; that of an error is there only when there is one, and says which.
    private static void Tag(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, SpanBuilder span)
    {
        if (key.SequenceEqual("error"u8) && !value.SequenceEqual("false"u8))
            span.Error(value.SequenceEqual("true"u8) ? default : value);
        else if ((key.EndsWith("status_code"u8) || key.EndsWith(".port"u8)) && Utf8Parser.TryParse(value, out long number, out var used) && used == value.Length)
            span.Attribute(key, AttributeValue.OfInt(number));
        else
            span.Tag(key, value);
    }

    private void Endpoint(ReadOnlySpan<byte> endpoint, bool isRemote, SpanBuilder span)
    {
        var members = new JsonScanner(endpoint);
        if (endpoint.IsEmpty || !members.TryOpen((byte)'{'))
            return;
        var hasAddress = false;
        while (members.ReadMember())
        {
            var value = Unescaped(members.Value, _value);
            if (isRemote && members.Key.SequenceEqual("serviceName"u8) && members.Kind == JsonKind.String)
                span.Attribute("peer.service"u8, value);
            else if (!hasAddress && members.Kind == JsonKind.String && (members.Key.SequenceEqual("ipv4"u8) || members.Key.SequenceEqual("ipv6"u8)))
            {
                hasAddress = true;
                span.Attribute(isRemote ? "network.peer.address"u8 : "network.local.address"u8, value);
            }
            else if (members.Key.SequenceEqual("port"u8) && Utf8Parser.TryParse(value, out long port, out _) && port > 0)
                span.Attribute(isRemote ? "network.peer.port"u8 : "network.local.port"u8, AttributeValue.OfInt(port));
        }
    }

    private void Event(ReadOnlySpan<byte> annotation, SpanBuilder span)
    {
        long micros = 0;
        var members = new JsonScanner(annotation);
        members.TryOpen((byte)'{');
        _value.Clear();
        while (members.ReadMember())
        {
            if (members.Key.SequenceEqual("timestamp"u8))
                Utf8Parser.TryParse(members.Value, out micros, out _);
            else if (members.Key.SequenceEqual("value"u8) && members.Kind == JsonKind.String)
                JsonText.Append(members.Value, _value);
        }
        var start = span.BeginEvent();
        var value = _value.Span;
        var named = new JsonScanner(value);
        // OpenTelemetry writes an event with attributes as {"name":{"key":"value"}}.
        if (value.StartsWith("{"u8) && named.TryOpen((byte)'{') && named.ReadMember() && named.Kind == JsonKind.Object)
        {
            Attributes(named.Value, start, span);
            value = Unescaped(named.Key, _key);
        }
        span.Event(micros, value, start);
    }

    private void Attributes(ReadOnlySpan<byte> json, int start, SpanBuilder span)
    {
        var members = new JsonScanner(json);
        members.TryOpen((byte)'{');
        var text = new ByteBuffer();
        while (members.ReadMember())
        {
            var key = Unescaped(members.Key, _key);
            var value = Unescaped(members.Value, text);
            if (members.Kind == JsonKind.Null || !span.TakesEventAttribute(start, key, value.Length))
                continue;
            if (members.Kind == JsonKind.Number && Utf8Parser.TryParse(value, out long whole, out var used) && used == value.Length)
                span.EventAttribute(key, AttributeValue.OfInt(whole));
            else
                span.EventAttribute(key, AttributeValue.OfString(span.Copy(value)));
        }
    }

    private static ReadOnlySpan<byte> Unescaped(ReadOnlySpan<byte> text, ByteBuffer into)
    {
        if (text.IndexOf((byte)'\\') < 0)
            return text;
        into.Clear();
        JsonText.Append(text, into);
        return into.Span;
    }
}
