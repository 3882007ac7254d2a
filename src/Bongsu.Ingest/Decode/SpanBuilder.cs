using System.Globalization;
using System.Text;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Ingest.Decode;

/// <summary>
/// Builds spans that come as tags rather than as OTLP's fields (Zipkin, Jaeger), as OpenTelemetry maps them: some tags become kind, status and scope, the
/// others attributes. A span past a limit is refused by itself. Not thread-safe.
/// </summary>
internal sealed class SpanBuilder(IngestLimits limits)
{
    /// <summary>The last nanosecond that a signed 64-bit count can name, in microseconds.</summary>
    public const long MaxMicros = long.MaxValue / 1_000;

    private SpanBatch _batch = null!;
    private RejectionTally _tally = null!;
    private Telemetry.Spans.Span _span;
    private string? _refusal;
    private RejectReason _reason;
    private int _repaired;
    private int _resource;
    private int _attributes;
    private int _droppedOfEvent;
    private string _scopeName = "";
    private string _scopeVersion = "";
    private readonly Dictionary<(string Name, string Version), int> _scopes = [];
    private readonly Dictionary<string, int> _resources = [];
    private readonly List<(string Key, string Value)> _promoted = [];
    private readonly StringBuilder _promotedKey = new();

    public SpanBatch Batch => _batch;

    public ref Telemetry.Spans.Span Span => ref _span;

    public void Begin(SpanBatch batch, RejectionTally tally)
    {
        (_batch, _tally, _repaired, _resource) = (batch, tally, 0, -1);
        _scopes.Clear();
        _resources.Clear();
    }

    public void End() => _tally.RepairedTexts += _repaired;

    /// <summary>The resource of the spans to come; its attributes have been added since a count.</summary>
    public void Resource(int attributesStart)
    {
        _batch.Resources.Add(new Resource(_batch.Attributes.Since(attributesStart), default));
        _resource = _batch.Resources.Count - 1;
    }

    public void UseResource(int resource) => _resource = resource;

    public void BeginSpan()
    {
        _span = new Telemetry.Spans.Span { Scope = -1, EventStart = _batch.Events.Count, LinkStart = _batch.Links.Count };
        (_refusal, _scopeName, _scopeVersion) = (null, "", "");
        _promoted.Clear();
        _attributes = _batch.Attributes.Count;
        _droppedOfEvent = 0;
    }

    /// <summary>The attributes of the span are complete; those of its events and links come next.</summary>
    public void EndAttributes() => _span.Attributes = _batch.Attributes.Since(_attributes);

    /// <summary>Adds the span, or counts why not.</summary>
    public void EndSpan()
    {
        _span.Resource = _promoted.Count == 0 ? _resource : PromotedResource();
        _span.EventCount = _batch.Events.Count - _span.EventStart;
        _span.LinkCount = _batch.Links.Count - _span.LinkStart;
        if (_span.TraceId.IsEmpty)
            Refuse(RejectReason.Invalid, "the trace id is missing or zero");
        else if (_span.SpanId.IsEmpty)
            Refuse(RejectReason.Invalid, "the span id is missing or zero");
        else if (_span.StartUnixNano <= 0)
            Refuse(RejectReason.Invalid, "the start time is missing, 0, or before 1970");
        if (_refusal is null)
        {
            if (_scopeName.Length > 0 || _scopeVersion.Length > 0)
                _span.Scope = Scope();
            _batch.Spans.Add(_span);
            return;
        }
        _batch.Events.Truncate(_span.EventStart);
        _batch.Links.Truncate(_span.LinkStart);
        _tally.Add(_reason, _refusal);
    }

    public void Times(long startMicros, long durationMicros)
    {
        if (startMicros is < 0 or > MaxMicros || durationMicros > MaxMicros - startMicros)
        {
            Refuse(startMicros < 0 ? RejectReason.Invalid : RejectReason.TooFarInFuture, "a span time is not within 1970 and 2262; times are microseconds since 1970");
            return;
        }
        _span.StartUnixNano = startMicros * 1_000;
        // A negative duration is kept as an end before the start, and shown as such.
        _span.EndUnixNano = Math.Max(0, startMicros + Math.Max(durationMicros, -MaxMicros)) * 1_000;
    }

    public void Name(ReadOnlySpan<byte> name)
    {
        if (name.Length > limits.NameBytes)
            Refuse(RejectReason.TooLarge, $"name of {name.Length} bytes; the limit is {limits.NameBytes}");
        else
            _span.Name = Text.Append(_batch.Arena, name, ref _repaired);
    }

    /// <summary>A tag of the span whose value is text: one of OpenTelemetry's own marks, or an attribute.</summary>
    public void Tag(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (IsOfResource(key) && _promoted.Count < limits.AttributesPerRecord)
            _promoted.Add((Encoding.UTF8.GetString(key), Encoding.UTF8.GetString(Text.Cut(value, limits.LabelValueBytes))));
        else if (!key.SequenceEqual(ResourceKeys.ServiceName) && !TryMark(key, value))
            Attribute(key, value);
    }

    /// <summary>An attribute as it is.</summary>
    public void Attribute(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (Fits(key, value.Length))
            Add(key, AttributeValue.OfString(Text.Append(_batch.Arena, value, ref _repaired)));
    }

    public void Attribute(ReadOnlySpan<byte> key, AttributeValue value)
    {
        if (Fits(key, 8))
            Add(key, value);
    }

    public void Error(ReadOnlySpan<byte> message)
    {
        _span.Status = SpanStatus.Error;
        if (!message.IsEmpty && _span.StatusMessage.IsEmpty)
            _span.StatusMessage = Text.Append(_batch.Arena, Text.Cut(message, limits.NameBytes), ref _repaired);
    }

    public bool CanAddEvent()
    {
        if (_batch.Events.Count - _span.EventStart < limits.EventsPerSpan)
            return true;
        _span.DroppedEvents++;
        return false;
    }

    /// <summary>An event whose attributes have been added since a count.</summary>
    public void Event(long micros, ReadOnlySpan<byte> name, int attributesStart)
    {
        var nanos = Math.Clamp(micros, 0, MaxMicros) * 1_000;
        _batch.Events.Add(new SpanEvent(nanos, Text.Append(_batch.Arena, Text.Cut(name, limits.NameBytes), ref _repaired), _batch.Attributes.Since(attributesStart), _droppedOfEvent));
        _droppedOfEvent = 0;
    }

    /// <summary>Begins an event's own attributes.</summary>
    public int BeginEvent()
    {
        _droppedOfEvent = 0;
        return _batch.Attributes.Count;
    }

    /// <summary>Whether an event takes one more attribute of this size; what it does not take counts as dropped.</summary>
    public bool TakesEventAttribute(int start, ReadOnlySpan<byte> key, int size)
    {
        if (_batch.Attributes.Count - start < limits.AttributesPerRecord && key.Length <= limits.AttributeKeyBytes && size <= limits.AttributeValueBytes)
            return true;
        _droppedOfEvent++;
        return false;
    }

    public void EventAttribute(ReadOnlySpan<byte> key, AttributeValue value) => Add(key, value);

    public void Link(TraceId trace, SpanId span, ReadOnlySpan<byte> kind)
    {
        if (_batch.Links.Count - _span.LinkStart >= limits.EventsPerSpan)
        {
            _span.DroppedLinks++;
            return;
        }
        var start = _batch.Attributes.Count;
        if (!kind.IsEmpty)
            Add("opentracing.ref_type"u8, AttributeValue.OfString(_batch.Arena.Append(kind)));
        _batch.Links.Add(new SpanLink(trace, span, default, _batch.Attributes.Since(start), 0, 0));
    }

    public Slice Copy(ReadOnlySpan<byte> text) => Text.Append(_batch.Arena, text, ref _repaired);

    public void Refuse(RejectReason reason, string detail)
    {
        if (_refusal is not null)
            return;
        (_reason, _refusal) = (reason, detail);
    }

    // What says who sent a span stands among its tags where the format knows no resources; the service itself it does know.
    private static bool IsOfResource(ReadOnlySpan<byte> key) =>
        key.SequenceEqual(ResourceKeys.ServiceVersion) || key.SequenceEqual(ResourceKeys.ServiceNamespace) || key.SequenceEqual(ResourceKeys.ServiceInstanceId)
        || key.SequenceEqual(ResourceKeys.Environment) || key.SequenceEqual(ResourceKeys.EnvironmentOld);

    private int PromotedResource()
    {
        _promotedKey.Clear().Append(_resource);
        // Values may hold any character: lengths part them.
        foreach (var (name, value) in _promoted)
            _promotedKey.Append(' ').Append(name.Length).Append(' ').Append(value.Length).Append(' ').Append(name).Append(value);
        var key = _promotedKey.ToString();
        if (_resources.TryGetValue(key, out var known))
            return known;
        var start = _batch.Attributes.Count;
        if (_resource >= 0)
        {
            var range = _batch.Resources[_resource].Attributes;
            for (var row = range.Start; row < range.Start + range.Count; row++)
                _batch.Attributes.Add(_batch.Attributes.Keys[row], _batch.Attributes.Values[row]);
        }
        foreach (var (name, value) in _promoted)
            _batch.Attributes.Add(name, value);
        _batch.Resources.Add(new Resource(_batch.Attributes.Since(start), default));
        return _resources[key] = _batch.Resources.Count - 1;
    }

    private bool TryMark(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (key.SequenceEqual("otel.status_code"u8))
        {
            if (value.SequenceEqual("ERROR"u8))
                Error(default);
            else if (value.SequenceEqual("OK"u8))
                _span.Status = SpanStatus.Ok;
            return true;
        }
        if (key.SequenceEqual("otel.status_description"u8))
        {
            _span.StatusMessage = Copy(Text.Cut(value, limits.NameBytes));
            return true;
        }
        if (key.SequenceEqual("otel.scope.name"u8) || key.SequenceEqual("otel.library.name"u8))
        {
            _scopeName = Encoding.UTF8.GetString(Text.Cut(value, limits.NameBytes));
            return true;
        }
        if (key.SequenceEqual("otel.scope.version"u8) || key.SequenceEqual("otel.library.version"u8))
        {
            _scopeVersion = Encoding.UTF8.GetString(Text.Cut(value, limits.NameBytes));
            return true;
        }
        if (!key.SequenceEqual("w3c.tracestate"u8))
            return key.StartsWith("otel.dropped_"u8) && TryDropped(key, value);
        _span.TraceState = Copy(Text.Cut(value, limits.NameBytes));
        return true;
    }

    private bool TryDropped(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var count))
            return false;
        if (key.SequenceEqual("otel.dropped_attributes_count"u8))
            _span.DroppedAttributes += count;
        else if (key.SequenceEqual("otel.dropped_events_count"u8))
            _span.DroppedEvents += count;
        else if (key.SequenceEqual("otel.dropped_links_count"u8))
            _span.DroppedLinks += count;
        else
            return false;
        return true;
    }

    private bool Fits(ReadOnlySpan<byte> key, int size)
    {
        if (_batch.Attributes.Count - _attributes >= limits.AttributesPerRecord)
        {
            _span.DroppedAttributes++;
            return false;
        }
        if (key.Length > limits.AttributeKeyBytes)
            Refuse(RejectReason.TooLarge, $"tag name of {key.Length} bytes; the limit is {limits.AttributeKeyBytes}");
        else if (size > limits.AttributeValueBytes)
            Refuse(RejectReason.TooLarge, $"tag '{Text.Preview(key)}' of {size} bytes; the limit is {limits.AttributeValueBytes}");
        return _refusal is null;
    }

    private void Add(ReadOnlySpan<byte> key, AttributeValue value) => _batch.Attributes.Add(Text.Append(_batch.Arena, key, ref _repaired), value);

    private int Scope()
    {
        if (_scopes.TryGetValue((_scopeName, _scopeVersion), out var known))
            return known;
        _batch.Scopes.Add(new Scope(_batch.Arena.Append(_scopeName), _batch.Arena.Append(_scopeVersion), default, default));
        return _scopes[(_scopeName, _scopeVersion)] = _batch.Scopes.Count - 1;
    }
}
