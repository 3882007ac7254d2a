using System.Globalization;
using Bongsu.Query.LogQL.Stages;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Query.LogQL.Evaluation;

/// <summary>
/// Gives log records their labels: those of the stream, then as fields the attributes of the record, its resource and its scope under the names that
/// Loki's OTLP endpoint gives them. What records share is worked out once and remembered by its bytes, from batch to batch. Not thread-safe.
/// </summary>
/// <param name="plan">Which labels matter.</param>
/// <param name="withDiscovered">Whether labels that no sender gave are shown (see <see cref="StreamLabels"/>).</param>
internal sealed class RecordLabels(ScanPlan plan, bool withDiscovered)
{
    private static readonly string[] LevelOfSeverity = ["trace", "debug", "info", "warn", "error", "fatal"];
    private static readonly string[] OwnNames = ["trace_id", "span_id", "event_name", "severity_text", "severity_number", "detected_level"];

    private readonly string[] _ownWanted = [.. OwnNames.Where(n => plan.Wanted?.Contains(n) != false)];
    private readonly FieldNames _names = new();
    private readonly OriginCache _origins = new(plan, withDiscovered);
    private readonly Dictionary<(int Stream, int Resource, int Scope), RecordOrigin> _ofBatch = [];
    private Slot[] _slots = [];
    private LogBatch _batch = new();

    public void Begin(LogBatch batch)
    {
        _batch = batch;
        _ofBatch.Clear();
        if (_slots.Length < batch.Streams.Count)
            _slots = new Slot[Math.Max(batch.Streams.Count, _slots.Length * 2)];
        else
            Array.Clear(_slots, 0, batch.Streams.Count);
    }

    /// <summary>What the record shares with others.</summary>
    public RecordOrigin Origin(in LogRecord record)
    {
        ref var slot = ref _slots[record.Stream];
        // Fast path: records of one stream are mostly of one resource and scope, and often these do not matter.
        if (slot.Origin is { } known && (!known.ReadsFields || (slot.Resource == record.Resource && slot.Scope == record.Scope)))
            return known;
        return NextOrigin(record);
    }

    public void Load(in LogRecord record, int row, LineState state)
    {
        var origin = Origin(record);
        state.Reset(_batch, row, origin.Stream);
        if (!origin.ReadsFields)
            return;
        Attributes(record.Attributes, state);
        Own(record, state);
        state.AddShared(origin.Shared);
    }

    /// <summary>Whether a record may have a label of its own that matters.</summary>
    public bool HasOwn(in LogRecord record)
    {
        if (record.Attributes.Count > 0)
            return true;
        foreach (var name in _ownWanted)
        {
            if (HasOwn(record, name))
                return true;
        }
        return false;
    }

    /// <summary>
    /// Whether a record's label passes, read from the columns alone. A label that the stream lacks and the record gives more than once has the value that
    /// <see cref="Load"/> would keep.
    /// </summary>
    public bool Passes(in LogRecord record, LabelMatcher matcher)
    {
        var name = matcher.Name;
        var origin = Origin(record);
        if (RecordOrigin.Find(origin.Stream, name) is { } label)
            return matcher.Matches(label);
        var row = Find(record.Attributes, name);
        if (row >= 0)
            return PassesValue(row, matcher);
        if (OwnText(record, name) is { } own)
            return matcher.Matches(own);
        return matcher.Matches(RecordOrigin.Find(origin.Shared, name) ?? "");
    }

    /// <summary>Whether a record has a label before any stage.</summary>
    public bool Has(in LogRecord record, string name)
    {
        var origin = Origin(record);
        return RecordOrigin.Find(origin.Stream, name) is not null || Find(record.Attributes, name) >= 0 || HasOwn(record, name) || RecordOrigin.Find(origin.Shared, name) is not null;
    }

    private RecordOrigin NextOrigin(in LogRecord record)
    {
        var key = (record.Stream, record.Resource, record.Scope);
        if (!_ofBatch.TryGetValue(key, out var origin))
            _ofBatch[key] = origin = _origins.Find(_batch, record);
        _slots[record.Stream] = new Slot(origin, record.Resource, record.Scope);
        return origin;
    }

    private bool PassesValue(int row, LabelMatcher matcher)
    {
        var value = _batch.Attributes.Values[row];
        return value.Kind == AttributeKind.String ? matcher.Matches(_batch.Arena.Get(value.Payload)) : matcher.Matches(_batch.Attributes.Text(row));
    }

    private int Find(AttributeRange range, string name)
    {
        for (var row = range.Start; row < range.Start + range.Count; row++)
        {
            if (_names.Of(_batch.Attributes.Key(row)) == name)
                return row;
        }
        return -1;
    }

    private void Attributes(AttributeRange range, LineState state)
    {
        for (var row = range.Start; row < range.Start + range.Count; row++)
        {
            var name = _names.Of(_batch.Attributes.Key(row));
            if (!IsWanted(name))
                continue;
            var value = _batch.Attributes.Values.Span[row];
            if (value.Kind == AttributeKind.String)
                state.AddMetadata(name, _batch.Arena.Get(value.Payload));
            else
                state.AddMetadata(name, _batch.Attributes.Text(row));
        }
    }

    private void Own(in LogRecord record, LineState state)
    {
        foreach (var name in _ownWanted)
        {
            if (OwnText(record, name) is { } text)
                state.AddMetadata(name, text);
        }
    }

    private static bool HasOwn(in LogRecord record, string name) => name switch
    {
        "trace_id" => !record.TraceId.IsEmpty,
        "span_id" => !record.SpanId.IsEmpty,
        "event_name" => !record.EventName.IsEmpty,
        "severity_text" => !record.SeverityText.IsEmpty,
        "severity_number" or "detected_level" => record.SeverityNumber is >= 1 and <= 24,
        _ => false,
    };

    private string? OwnText(in LogRecord record, string name) => !HasOwn(record, name) ? null : name switch
    {
        "trace_id" => record.TraceId.ToString(),
        "span_id" => record.SpanId.ToString(),
        "event_name" => _batch.Arena.GetString(record.EventName),
        "severity_text" => _batch.Arena.GetString(record.SeverityText),
        "severity_number" => record.SeverityNumber.ToString(CultureInfo.InvariantCulture),
        _ => LevelOfSeverity[(record.SeverityNumber - 1) / 4],
    };

    private bool IsWanted(string name) => plan.Wanted?.Contains(name) != false;

    private readonly record struct Slot(RecordOrigin? Origin, int Resource, int Scope);
}
