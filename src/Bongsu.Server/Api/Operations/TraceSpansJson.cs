using System.Globalization;
using System.Text.Json;
using Bongsu.Query.Traces;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Server.Api.Operations;

/// <summary>
/// A whole trace for the page, in columns: spans are told by row, earliest first, times as ns from the start of the trace, texts and values by their
/// number in one table. About a third of the bytes of OTLP in JSON; only texts of more than 4,096 characters are cut. Used once.
/// </summary>
internal sealed class TraceSpansJson
{
    private readonly SpanBatch _batch;
    private readonly TraceAnalysis _analysis;
    private readonly SpanPlaces _places;
    private readonly TraceValueTable _values;
    private readonly int[] _rows;
    private readonly int[] _rowOf;

    /// <param name="batch">All spans of one trace.</param>
    /// <param name="analysis">Its analysis.</param>
    /// <param name="limit">Most spans to tell; the earliest ones are, so nearly every parent comes before its children.</param>
    public TraceSpansJson(SpanBatch batch, TraceAnalysis analysis, int limit)
    {
        (_batch, _analysis, _values) = (batch, analysis, new TraceValueTable(batch.Arena));
        var all = Enumerable.Range(0, batch.Count).ToArray();
        _places = SpanPlaces.Find(batch, all);
        Array.Sort(all, (a, b) => batch.Spans[a].StartUnixNano.CompareTo(batch.Spans[b].StartUnixNano) is var order and not 0 ? order : a.CompareTo(b));
        _rows = all.Length <= limit ? all : all[..limit];
        _rowOf = new int[batch.Count];
        Array.Fill(_rowOf, -1);
        for (var i = 0; i < _rows.Length; i++)
            _rowOf[_rows[i]] = i;
    }

    public void Write(Utf8JsonWriter json, IReadOnlyList<string> warnings)
    {
        json.WriteStartObject();
        json.WriteString("traceId", _analysis.TraceId.ToString());
        json.WriteString("rootService", _analysis.RootService);
        json.WriteString("rootName", _analysis.RootName);
        json.WriteString("startUnixNano", _analysis.StartUnixNano.ToString(CultureInfo.InvariantCulture));
        json.WriteNumber("durationNanos", _analysis.DurationNanos);
        json.WriteNumber("spanCount", _batch.Count);
        json.WriteNumber("errorCount", _analysis.ErrorCount);
        WritePath(json);
        json.WriteStartArray("warnings");
        foreach (var warning in warnings)
            json.WriteStringValue(warning);
        json.WriteEndArray();
        WriteResources(json);
        WriteSpans(json);
        WriteOddities(json);
        WriteEvents(json);
        WriteLinks(json);
        WriteDropped(json);
        // Last, for it is filled by all that stands before.
        json.WriteStartArray("values");
        _values.Write(json);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void WritePath(Utf8JsonWriter json)
    {
        var firsts = new Dictionary<SpanId, int>(_batch.Count);
        for (var row = 0; row < _batch.Count; row++)
            firsts.TryAdd(_batch.Spans[row].SpanId, row);
        json.WriteStartArray("criticalPath");
        foreach (var segment in _analysis.CriticalPath)
        {
            if (_rowOf[firsts[segment.SpanId]] is >= 0 and var row)
                WriteRow(json, row, segment.FromNanos, segment.ToNanos);
        }
        json.WriteEndArray();
        json.WritePropertyName("widestWait");
        if (_analysis.WidestWait is not { } wait || _rowOf[firsts[wait.SpanId]] < 0)
        {
            json.WriteNullValue();
            return;
        }
        json.WriteStartObject();
        json.WriteNumber("row", _rowOf[firsts[wait.SpanId]]);
        json.WriteString("peer", wait.Peer);
        json.WriteNumber("nanos", wait.Nanos);
        json.WriteEndObject();
    }

    private void WriteResources(Utf8JsonWriter json)
    {
        json.WriteStartArray("resources");
        foreach (ref readonly var resource in _batch.Resources.Span)
            WriteAttributes(json, resource.Attributes);
        json.WriteEndArray();
        json.WriteStartArray("scopes");
        foreach (ref readonly var scope in _batch.Scopes.Span)
            WriteRow(json, _values.Of(scope.Name), _values.Of(scope.Version));
        json.WriteEndArray();
    }

    private void WriteSpans(Utf8JsonWriter json)
    {
        json.WriteStartObject("spans");
        json.WriteStartArray("id");
        foreach (var row in _rows)
            json.WriteStringValue(_batch.Spans[row].SpanId.ToString());
        json.WriteEndArray();
        WriteColumn(json, "parent", row => _places.ParentRow(row) is >= 0 and var parent ? _rowOf[parent] : -1);
        WriteColumn(json, "resource", row => _batch.Spans[row].Resource);
        WriteColumn(json, "scope", row => _batch.Spans[row].Scope);
        WriteColumn(json, "name", row => _values.Of(_batch.Spans[row].Name));
        WriteColumn(json, "kind", row => (int)_batch.Spans[row].Kind);
        WriteColumn(json, "status", row => (int)_batch.Spans[row].Status);
        WriteColumn(json, "message", row => _values.Of(_batch.Spans[row].StatusMessage));
        WriteColumn(json, "start", row => _batch.Spans[row].StartUnixNano - _analysis.StartUnixNano);
        WriteColumn(json, "end", row => _batch.Spans[row].EndUnixNano - _analysis.StartUnixNano);
        json.WriteStartArray("attributes");
        foreach (var row in _rows)
            WriteAttributes(json, _batch.Spans[row].Attributes);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void WriteColumn(Utf8JsonWriter json, string name, Func<int, long> valueOf)
    {
        json.WriteStartArray(name);
        foreach (var row in _rows)
            json.WriteNumberValue(valueOf(row));
        json.WriteEndArray();
    }

    // Row, oddities, and the id of the parent that was named.
    private void WriteOddities(Utf8JsonWriter json)
    {
        json.WriteStartArray("oddities");
        foreach (var row in _rows)
        {
            if (_places.Oddity(row) is not SpanOddity.None and var oddity)
            {
                json.WriteStartArray();
                json.WriteNumberValue(_rowOf[row]);
                json.WriteNumberValue((int)oddity);
                json.WriteStringValue(_batch.Spans[row].ParentSpanId.IsEmpty ? "" : _batch.Spans[row].ParentSpanId.ToString());
                json.WriteEndArray();
            }
        }
        json.WriteEndArray();
    }

    // Row, ns from the start of the trace, name, attributes.
    private void WriteEvents(Utf8JsonWriter json)
    {
        json.WriteStartArray("events");
        foreach (var row in _rows)
        {
            foreach (ref readonly var e in _batch.Events.Span.Slice(_batch.Spans[row].EventStart, _batch.Spans[row].EventCount))
            {
                json.WriteStartArray();
                json.WriteNumberValue(_rowOf[row]);
                json.WriteNumberValue(e.TimeUnixNano - _analysis.StartUnixNano);
                json.WriteNumberValue(_values.Of(e.Name));
                WriteAttributes(json, e.Attributes);
                json.WriteEndArray();
            }
        }
        json.WriteEndArray();
    }

    // Row, trace id, span id, attributes.
    private void WriteLinks(Utf8JsonWriter json)
    {
        json.WriteStartArray("links");
        foreach (var row in _rows)
        {
            foreach (ref readonly var link in _batch.Links.Span.Slice(_batch.Spans[row].LinkStart, _batch.Spans[row].LinkCount))
            {
                json.WriteStartArray();
                json.WriteNumberValue(_rowOf[row]);
                json.WriteStringValue(link.TraceId.ToString());
                json.WriteStringValue(link.SpanId.ToString());
                WriteAttributes(json, link.Attributes);
                json.WriteEndArray();
            }
        }
        json.WriteEndArray();
    }

    // Row and how many attributes, events and links its sender left out.
    private void WriteDropped(Utf8JsonWriter json)
    {
        json.WriteStartArray("dropped");
        foreach (var row in _rows)
        {
            ref readonly var span = ref _batch.Spans.Span[row];
            if (span.DroppedAttributes + span.DroppedEvents + span.DroppedLinks > 0)
                WriteRow(json, _rowOf[row], span.DroppedAttributes, span.DroppedEvents, span.DroppedLinks);
        }
        json.WriteEndArray();
    }

    // Keys and values in turn.
    private void WriteAttributes(Utf8JsonWriter json, AttributeRange range)
    {
        json.WriteStartArray();
        for (var row = range.Start; row < range.Start + range.Count; row++)
        {
            json.WriteNumberValue(_values.Of(_batch.Attributes.Keys[row]));
            json.WriteNumberValue(_values.Of(_batch.Attributes.Values[row]));
        }
        json.WriteEndArray();
    }

    private static void WriteRow(Utf8JsonWriter json, params ReadOnlySpan<long> numbers)
    {
        json.WriteStartArray();
        foreach (var number in numbers)
            json.WriteNumberValue(number);
        json.WriteEndArray();
    }
}
