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
/// <param name="discovery">What is shown besides of what no sender gave (see <see cref="StreamLabels"/>).</param>
internal sealed class RecordLabels(ScanPlan plan, Discovery discovery)
{
    private static readonly string[] LevelOfSeverity = ["trace", "debug", "info", "warn", "error", "fatal"];
    private static readonly string[] OwnNames = ["trace_id", "span_id", "event_name", "severity_text", "severity_number", "detected_level"];

    private readonly string[] _ownWanted = [.. OwnNames.Where(n => plan.Wanted?.Contains(n) != false)];
    private readonly FieldNames _names = new();
    private readonly OriginCache _origins = new(plan, discovery.HasFlag(Discovery.Service));
    private readonly DiscoveredFields _found = new(discovery, plan.Wanted);
    private readonly Dictionary<(int Stream, int Resource, int Scope), RecordOrigin> _ofBatch = [];
    private Slot[] _slots = [];
    private LogBatch _batch = new();

    /// <summary>What is looked for in lines.</summary>
    public DiscoveredFields Found => _found;

    /// <param name="batch">The records to come.</param>
    /// <param name="onlyFields">The fields that come in place of lines.</param>
    public void Begin(LogBatch batch, IReadOnlyList<string> onlyFields)
    {
        _batch = batch;
        _found.Begin(batch, onlyFields);
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
        Own(row, state);
        state.AddShared(origin.Shared);
    }

    /// <summary>Whether records of an origin have to be looked into for a label that matters.</summary>
    public bool ReadsLines(RecordOrigin origin) => _found.FindsIds || (_found.FindsLevels && origin.Level is null);

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
    public bool Passes(int row, LabelMatcher matcher)
    {
        ref readonly var record = ref _batch.Records.Span[row];
        var name = matcher.Name;
        var origin = Origin(record);
        if (RecordOrigin.Find(origin.Stream, name) is { } label)
            return matcher.Matches(label);
        var attribute = Find(record.Attributes, name);
        if (attribute >= 0)
            return PassesValue(attribute, matcher);
        if (OwnText(row, name) is { } own)
            return matcher.Matches(own);
        return matcher.Matches(RecordOrigin.Find(origin.Shared, name) ?? "");
    }

    /// <summary>Whether a record has a label before any stage.</summary>
    public bool Has(int row, string name) => HasBeside(row, name) || OwnText(row, name) is not null;

    /// <summary>Whether a record has a label without a look at its line.</summary>
    public bool HasBeside(int row, string name)
    {
        ref readonly var record = ref _batch.Records.Span[row];
        var origin = Origin(record);
        return RecordOrigin.Find(origin.Stream, name) is not null || BesideName(row, name) is not null || (name is not (DiscoveredFields.TraceName or DiscoveredFields.SpanName) && HasOwn(record, name))
            || RecordOrigin.Find(origin.Shared, name) is not null;
    }

    /// <summary>Under which name a record has a label beside its line: its own, or of an id another one that senders use; null: it has not.</summary>
    public string? BesideName(int row, string name)
    {
        ref readonly var record = ref _batch.Records.Span[row];
        if (Find(record.Attributes, name) >= 0 || (name is DiscoveredFields.TraceName or DiscoveredFields.SpanName && HasOwn(record, name)))
            return name;
        return FindsId(row, name) && IdAttribute(record.Attributes, name, out _) is { } attribute ? attribute : null;
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

    private void Own(int row, LineState state)
    {
        foreach (var name in _ownWanted)
        {
            if (OwnText(row, name) is { } text)
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

    private string? OwnText(int row, string name)
    {
        ref readonly var record = ref _batch.Records.Span[row];
        if (!HasOwn(record, name))
            return FoundText(row, name);
        return name switch
        {
            DiscoveredFields.TraceName => record.TraceId.ToString(),
            DiscoveredFields.SpanName => record.SpanId.ToString(),
            "event_name" => _batch.Arena.GetString(record.EventName),
            "severity_text" => _batch.Arena.GetString(record.SeverityText),
            "severity_number" => record.SeverityNumber.ToString(CultureInfo.InvariantCulture),
            _ => LevelOfSeverity[(record.SeverityNumber - 1) / 4],
        };
    }

    private string? FoundText(int row, string name)
    {
        if (name == DiscoveredFields.LevelName)
            return FoundLevel(row);
        if (!FindsId(row, name))
            return null;
        if (IdAttribute(_batch.Records.Span[row].Attributes, name, out var id) is not null)
            return id;
        return name == DiscoveredFields.TraceName ? _found.Trace(row) : _found.Span(row);
    }

    // In Loki's order: what stands beside the line counts before what the line says.
    private string? FoundLevel(int row)
    {
        ref readonly var record = ref _batch.Records.Span[row];
        if (!_found.FindsLevels || RecordOrigin.Find(Origin(record).Stream, DiscoveredFields.LevelName) is not null)
            return null;
        return Origin(record).Level ?? LevelAttribute(record.Attributes) ?? (record.SeverityText.IsEmpty ? null : LevelText.Of(_batch.Arena.Get(record.SeverityText))) ?? _found.Level(row)
            ?? (discovery.HasFlag(Discovery.Unknown) ? LevelText.Unknown : null);
    }

    private bool FindsId(int row, string name) =>
        _found.FindsIds && name is DiscoveredFields.TraceName or DiscoveredFields.SpanName && RecordOrigin.Find(Origin(_batch.Records.Span[row]).Stream, name) is null;

    private string? IdAttribute(AttributeRange range, string name, out string? id)
    {
        var isTrace = name == DiscoveredFields.TraceName;
        for (var at = range.Start; at < range.Start + range.Count; at++)
        {
            var known = _names.Of(_batch.Attributes.Key(at));
            if (isTrace ? !DiscoveredFields.IsTraceName(known) : !DiscoveredFields.IsSpanName(known))
                continue;
            id = isTrace ? DiscoveredFields.TraceOf(Text(at)) : DiscoveredFields.SpanOf(Text(at));
            if (id is not null)
                return known;
        }
        id = null;
        return null;
    }

    private string? LevelAttribute(AttributeRange range)
    {
        for (var at = range.Start; at < range.Start + range.Count; at++)
        {
            if (DiscoveredFields.IsLevelName(_names.Of(_batch.Attributes.Key(at))) && LevelText.Of(Text(at)) is { } level)
                return level;
        }
        return null;
    }

    private ReadOnlySpan<byte> Text(int attribute)
    {
        var value = _batch.Attributes.Values.Span[attribute];
        return value.Kind == AttributeKind.String ? _batch.Arena.Get(value.Payload) : System.Text.Encoding.UTF8.GetBytes(_batch.Attributes.Text(attribute));
    }

    private bool IsWanted(string name) => plan.Wanted?.Contains(name) != false;

    private readonly record struct Slot(RecordOrigin? Origin, int Resource, int Scope);
}
