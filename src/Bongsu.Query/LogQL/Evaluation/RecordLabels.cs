using System.Globalization;
using System.Text;
using Bongsu.Query.LogQL.Stages;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Query.LogQL.Evaluation;

/// <summary>
/// Gives log records their labels: those of the stream, then as fields the attributes of the record, its resource and its scope under the names that
/// Loki's OTLP endpoint gives them. Keeps what records of one batch share. Not thread-safe.
/// </summary>
/// <param name="wanted">Names of fields that matter, null all.</param>
/// <param name="discovery">What is shown besides of what no sender gave (see <see cref="StreamLabels"/>).</param>
internal sealed class RecordLabels(HashSet<string>? wanted, Discovery discovery)
{
    private static readonly string[] LevelOfSeverity = ["trace", "debug", "info", "warn", "error", "fatal"];

    private readonly Dictionary<int, List<Label>> _streams = [];
    private readonly Dictionary<int, List<Label>> _resources = [];
    private readonly Dictionary<int, List<Label>> _scopes = [];
    private readonly Dictionary<int, string?> _streamLevels = [];
    private readonly FieldNames _names = new();
    private readonly DiscoveredFields _found = new(discovery, wanted);
    private LogBatch _batch = new();

    /// <summary>What is looked for in lines, and where.</summary>
    public DiscoveredFields Found => _found;

    /// <param name="batch">The records to come.</param>
    /// <param name="onlyFields">The fields that come in place of lines.</param>
    public void Begin(LogBatch batch, IReadOnlyList<string> onlyFields)
    {
        _batch = batch;
        _found.Begin(batch, onlyFields);
        _streamLevels.Clear();
        _streams.Clear();
        _resources.Clear();
        _scopes.Clear();
    }

    public void Load(int row, LineState state)
    {
        ref readonly var record = ref _batch.Records.Span[row];
        foreach (var label in Stream(record.Stream))
            state.AddStream(label.Name, label.Value);
        if (wanted is { Count: 0 })
            return;
        Attributes(record.Attributes, state);
        Own(row, state);
        if (record.Scope >= 0)
            Shared(Scope(record.Scope), state);
        if (record.Resource >= 0)
            Shared(Resource(record.Resource), state);
    }

    /// <summary>
    /// Whether a record's label passes, read from the columns alone. A label that the stream lacks and the record gives more than once has the value that
    /// <see cref="Load"/> would keep.
    /// </summary>
    public bool Passes(int row, LabelMatcher matcher)
    {
        ref readonly var record = ref _batch.Records.Span[row];
        foreach (var label in Stream(record.Stream))
        {
            if (label.Name == matcher.Name)
                return matcher.Matches(label.Value);
        }
        var name = matcher.Name;
        var attribute = Find(record.Attributes, name);
        if (attribute >= 0)
            return PassesValue(attribute, matcher);
        if (OwnText(row, name) is { } own)
            return matcher.Matches(own);
        if (record.Scope >= 0 && Find(Scope(record.Scope), name) is { } scope)
            return matcher.Matches(scope);
        return matcher.Matches(record.Resource >= 0 ? Find(Resource(record.Resource), name) ?? "" : "");
    }

    /// <summary>Whether a record has a label before any stage.</summary>
    public bool Has(int row, string name) => HasBeside(row, name) || OwnText(row, name) is not null;

    /// <summary>Whether a record has a label without a look at its line.</summary>
    public bool HasBeside(int row, string name)
    {
        ref readonly var record = ref _batch.Records.Span[row];
        return Find(Stream(record.Stream), name) is not null || Find(record.Attributes, name) >= 0
            || (name == DiscoveredFields.TraceName && BesideTrace(row) is not null) || (name == DiscoveredFields.SpanName && BesideSpan(row) is not null)
            || (record.Scope >= 0 && Find(Scope(record.Scope), name) is not null) || (record.Resource >= 0 && Find(Resource(record.Resource), name) is not null);
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

    private static string? Find(List<Label> labels, string name)
    {
        foreach (var label in labels)
        {
            if (label.Name == name)
                return label.Value;
        }
        return null;
    }

    // Resource attributes that made the stream are not said again as fields.
    private static void Shared(List<Label> labels, LineState state)
    {
        foreach (var label in labels)
        {
            if (!state.StreamHas(label.Name))
                state.AddMetadata(label.Name, label.Value);
        }
    }

    private void Attributes(AttributeRange range, LineState state)
    {
        for (var row = range.Start; row < range.Start + range.Count; row++)
        {
            var name = _names.Of(_batch.Attributes.Key(row));
            if (IsWanted(name))
                state.AddMetadata(name, _batch.Attributes.Text(row));
        }
    }

    private void Own(int row, LineState state)
    {
        foreach (var name in (ReadOnlySpan<string>)["trace_id", "span_id", "event_name", "severity_text", "severity_number", "detected_level"])
        {
            if (IsWanted(name) && OwnText(row, name) is { } text)
                state.AddMetadata(name, text);
        }
    }

    private string? OwnText(int row, string name)
    {
        ref readonly var record = ref _batch.Records.Span[row];
        return name switch
        {
            DiscoveredFields.TraceName => BesideTrace(row) ?? (FindsId(row, name) ? _found.Trace(row) : null),
            DiscoveredFields.SpanName => BesideSpan(row) ?? (FindsId(row, name) ? _found.Span(row) : null),
            "event_name" when !record.EventName.IsEmpty => _batch.Arena.GetString(record.EventName),
            "severity_text" when !record.SeverityText.IsEmpty => _batch.Arena.GetString(record.SeverityText),
            "severity_number" when record.SeverityNumber is >= 1 and <= 24 => record.SeverityNumber.ToString(CultureInfo.InvariantCulture),
            DiscoveredFields.LevelName => record.SeverityNumber is >= 1 and <= 24 ? LevelOfSeverity[(record.SeverityNumber - 1) / 4] : FoundLevel(row),
            _ => null,
        };
    }

    // In Loki's order: what stands beside the line counts before what the line says.
    private string? FoundLevel(int row)
    {
        if (!_found.FindsLevels || StreamHas(row, DiscoveredFields.LevelName))
            return null;
        ref readonly var record = ref _batch.Records.Span[row];
        return StreamLevel(record.Stream) ?? OfAttributes(record.Attributes, DiscoveredFields.IsLevelName, static text => LevelText.Of(text))
            ?? (record.SeverityText.IsEmpty ? null : LevelText.Of(_batch.Arena.Get(record.SeverityText))) ?? _found.Level(row) ?? (discovery.HasFlag(Discovery.Unknown) ? LevelText.Unknown : null);
    }

    private bool FindsId(int row, string name) => _found.FindsIds && !StreamHas(row, name);

    private string? BesideTrace(int row)
    {
        ref readonly var record = ref _batch.Records.Span[row];
        if (!record.TraceId.IsEmpty)
            return record.TraceId.ToString();
        return FindsId(row, DiscoveredFields.TraceName) ? OfAttributes(record.Attributes, DiscoveredFields.IsTraceName, static text => DiscoveredFields.TraceOf(text)) : null;
    }

    private string? BesideSpan(int row)
    {
        ref readonly var record = ref _batch.Records.Span[row];
        if (!record.SpanId.IsEmpty)
            return record.SpanId.ToString();
        return FindsId(row, DiscoveredFields.SpanName) ? OfAttributes(record.Attributes, DiscoveredFields.IsSpanName, static text => DiscoveredFields.SpanOf(text)) : null;
    }

    private bool StreamHas(int row, string name) => Find(Stream(_batch.Records.Span[row].Stream), name) is not null;

    private delegate string? Reading(ReadOnlySpan<byte> text);

    private string? OfAttributes(AttributeRange range, Func<string, bool> isName, Reading read)
    {
        for (var at = range.Start; at < range.Start + range.Count; at++)
        {
            if (!isName(_names.Of(_batch.Attributes.Key(at))))
                continue;
            var value = _batch.Attributes.Values[at];
            if (read(value.Kind == AttributeKind.String ? _batch.Arena.Get(value.Payload) : Encoding.UTF8.GetBytes(_batch.Attributes.Text(at))) is { } text)
                return text;
        }
        return null;
    }

    private string? StreamLevel(int stream)
    {
        if (!_streamLevels.TryGetValue(stream, out var level))
            _streamLevels[stream] = level = LevelOf(Stream(stream));
        return level;
    }

    /// <summary>The level that labels of a stream say; null when they say none.</summary>
    public static string? LevelOf(IEnumerable<Label> stream)
    {
        foreach (var label in stream)
        {
            if (DiscoveredFields.IsLevelName(label.Name) && LevelText.Of(label.Value) is { } level)
                return level;
        }
        return null;
    }

    private bool IsWanted(string name) => wanted is null || wanted.Contains(name);

    private List<Label> Stream(int stream)
    {
        if (_streams.TryGetValue(stream, out var labels))
            return labels;
        var shown = StreamLabels.Visible(LabelSet.FromCanonical(_batch.StreamLabels(stream)), discovery.HasFlag(Discovery.Service));
        return _streams[stream] = [.. shown.ToList()];
    }

    private List<Label> Resource(int resource)
    {
        if (!_resources.TryGetValue(resource, out var labels))
            _resources[resource] = labels = Texts(_batch.Resources[resource].Attributes);
        return labels;
    }

    private List<Label> Scope(int index)
    {
        if (_scopes.TryGetValue(index, out var labels))
            return labels;
        var scope = _batch.Scopes[index];
        labels = Texts(scope.Attributes);
        if (!scope.Name.IsEmpty && IsWanted("scope_name"))
            labels.Add(new Label("scope_name", _batch.Arena.GetString(scope.Name)));
        if (!scope.Version.IsEmpty && IsWanted("scope_version"))
            labels.Add(new Label("scope_version", _batch.Arena.GetString(scope.Version)));
        return _scopes[index] = labels;
    }

    private List<Label> Texts(AttributeRange range)
    {
        var labels = new List<Label>();
        for (var row = range.Start; row < range.Start + range.Count; row++)
        {
            var name = _names.Of(_batch.Attributes.Key(row));
            if (IsWanted(name))
                labels.Add(new Label(name, _batch.Attributes.Text(row)));
        }
        return labels;
    }
}
