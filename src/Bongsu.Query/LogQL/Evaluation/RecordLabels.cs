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
/// <param name="withDiscovered">Whether labels that no sender gave are shown (see <see cref="StreamLabels"/>).</param>
internal sealed class RecordLabels(HashSet<string>? wanted, bool withDiscovered)
{
    private static readonly string[] LevelOfSeverity = ["trace", "debug", "info", "warn", "error", "fatal"];

    private readonly Dictionary<int, List<Label>> _streams = [];
    private readonly Dictionary<int, List<Label>> _resources = [];
    private readonly Dictionary<int, List<Label>> _scopes = [];
    private readonly FieldNames _names = new();
    private LogBatch _batch = new();

    public void Begin(LogBatch batch)
    {
        _batch = batch;
        _streams.Clear();
        _resources.Clear();
        _scopes.Clear();
    }

    public void Load(in LogRecord record, LineState state)
    {
        foreach (var label in Stream(record.Stream))
            state.AddStream(label.Name, label.Value);
        if (wanted is { Count: 0 })
            return;
        Attributes(record.Attributes, state);
        Own(record, state);
        if (record.Scope >= 0)
            Shared(Scope(record.Scope), state);
        if (record.Resource >= 0)
            Shared(Resource(record.Resource), state);
    }

    /// <summary>
    /// Whether a record's label passes, read from the columns alone. A label that the stream lacks and the record gives more than once has the value that
    /// <see cref="Load"/> would keep.
    /// </summary>
    public bool Passes(in LogRecord record, LabelMatcher matcher)
    {
        foreach (var label in Stream(record.Stream))
        {
            if (label.Name == matcher.Name)
                return matcher.Matches(label.Value);
        }
        var name = matcher.Name;
        var row = Find(record.Attributes, name);
        if (row >= 0)
            return PassesValue(row, matcher);
        if (OwnText(record, name) is { } own)
            return matcher.Matches(own);
        if (record.Scope >= 0 && Find(Scope(record.Scope), name) is { } scope)
            return matcher.Matches(scope);
        return matcher.Matches(record.Resource >= 0 ? Find(Resource(record.Resource), name) ?? "" : "");
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

    private void Own(in LogRecord record, LineState state)
    {
        foreach (var name in (ReadOnlySpan<string>)["trace_id", "span_id", "event_name", "severity_text", "severity_number", "detected_level"])
        {
            if (IsWanted(name) && OwnText(record, name) is { } text)
                state.AddMetadata(name, text);
        }
    }

    private string? OwnText(in LogRecord record, string name) => name switch
    {
        "trace_id" when !record.TraceId.IsEmpty => record.TraceId.ToString(),
        "span_id" when !record.SpanId.IsEmpty => record.SpanId.ToString(),
        "event_name" when !record.EventName.IsEmpty => _batch.Arena.GetString(record.EventName),
        "severity_text" when !record.SeverityText.IsEmpty => _batch.Arena.GetString(record.SeverityText),
        "severity_number" when record.SeverityNumber is >= 1 and <= 24 => record.SeverityNumber.ToString(CultureInfo.InvariantCulture),
        "detected_level" when record.SeverityNumber is >= 1 and <= 24 => LevelOfSeverity[(record.SeverityNumber - 1) / 4],
        _ => null,
    };

    private bool IsWanted(string name) => wanted is null || wanted.Contains(name);

    private List<Label> Stream(int stream)
    {
        if (_streams.TryGetValue(stream, out var labels))
            return labels;
        var shown = StreamLabels.Visible(LabelSet.FromCanonical(_batch.StreamLabels(stream)), withDiscovered);
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
