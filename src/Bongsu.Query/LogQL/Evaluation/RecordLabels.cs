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
internal sealed class RecordLabels(IReadOnlySet<string>? wanted)
{
    private static readonly string[] LevelOfSeverity = ["trace", "debug", "info", "warn", "error", "fatal"];

    private readonly Dictionary<int, List<Label>> _streams = [];
    private readonly Dictionary<int, List<Label>> _resources = [];
    private readonly Dictionary<int, List<Label>> _scopes = [];
    private readonly Dictionary<string, string> _names = [];
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
            var name = Name(_batch.Attributes.Key(row));
            if (IsWanted(name))
                state.AddMetadata(name, _batch.Attributes.Text(row));
        }
    }

    private void Own(in LogRecord record, LineState state)
    {
        if (!record.TraceId.IsEmpty && IsWanted("trace_id"))
            state.AddMetadata("trace_id", record.TraceId.ToString());
        if (!record.SpanId.IsEmpty && IsWanted("span_id"))
            state.AddMetadata("span_id", record.SpanId.ToString());
        if (!record.EventName.IsEmpty && IsWanted("event_name"))
            state.AddMetadata("event_name", _batch.Arena.GetString(record.EventName));
        if (!record.SeverityText.IsEmpty && IsWanted("severity_text"))
            state.AddMetadata("severity_text", _batch.Arena.GetString(record.SeverityText));
        if (record.SeverityNumber is < 1 or > 24)
            return;
        if (IsWanted("severity_number"))
            state.AddMetadata("severity_number", record.SeverityNumber.ToString(System.Globalization.CultureInfo.InvariantCulture));
        if (IsWanted("detected_level"))
            state.AddMetadata("detected_level", LevelOfSeverity[(record.SeverityNumber - 1) / 4]);
    }

    private bool IsWanted(string name) => wanted is null || wanted.Contains(name);

    private List<Label> Stream(int stream)
    {
        if (_streams.TryGetValue(stream, out var labels))
            return labels;
        labels = [];
        var reader = new LabelReader(_batch.StreamLabels(stream));
        while (reader.MoveNext())
            labels.Add(new Label(Encoding.UTF8.GetString(reader.Name), Encoding.UTF8.GetString(reader.Value)));
        return _streams[stream] = labels;
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
            var name = Name(_batch.Attributes.Key(row));
            if (IsWanted(name))
                labels.Add(new Label(name, _batch.Attributes.Text(row)));
        }
        return labels;
    }

    private string Name(ReadOnlySpan<byte> key)
    {
        var text = Encoding.UTF8.GetString(key);
        if (_names.TryGetValue(text, out var name))
            return name;
        // Attribute keys come from outside and may be without number: the cache starts over rather than grow.
        if (_names.Count > 10_000)
            _names.Clear();
        return _names[text] = LabelNaming.Sanitize(text);
    }
}
