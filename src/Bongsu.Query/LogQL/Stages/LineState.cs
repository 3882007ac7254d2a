using System.Text;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Query.LogQL.Stages;

internal enum LabelCategory : byte
{
    Stream,
    Metadata,
    Parsed,
}

/// <summary>
/// One log record on its way through a pipeline: its line, its labels by origin, and the first error of a stage. The line is bytes of the batch until a
/// stage asks for it as text. Reused from record to record; not thread-safe.
/// </summary>
/// <param name="wanted">Labels that matter, null all: others found in the line are not kept.</param>
internal sealed class LineState(HashSet<string>? wanted = null)
{
    public const string DuplicateSuffix = "_extracted";

    private readonly List<Entry> _entries = [];
    private readonly HashSet<string> _streamNames = [];
    private readonly Dictionary<string, string> _extracted = [];
    private LogBatch? _batch;
    private int _record;
    private string? _text;
    private byte[]? _utf8;

    public long TimeUnixNano { get; private set; }

    /// <summary>The time of the query, for templates that ask for it.</summary>
    public DateTimeOffset Now { get; init; }

    public HashSet<string>? Wanted => wanted;

    /// <summary>Whether nothing of the line's own labels matters.</summary>
    public bool WantsNothing => wanted is { Count: 0 };

    public string Line
    {
        get => _text ??= _batch!.BodyText(_record);
        set => (_text, _utf8, _batch) = (value, null, null);
    }

    /// <summary>The line in UTF-8, valid until the line changes.</summary>
    public ReadOnlySpan<byte> Utf8
    {
        get
        {
            if (_batch is not null && _batch.Records[_record].Body is { Kind: AttributeKind.String } body)
                return _batch.Arena.Get(body.Payload);
            return _utf8 ??= Encoding.UTF8.GetBytes(Line);
        }
    }

    public string? Error { get; private set; }

    public string? ErrorDetails { get; private set; }

    public int Count => _entries.Count;

    public void Reset(LogBatch batch, int record)
    {
        (_batch, _record, _text, _utf8) = (batch, record, null, null);
        TimeUnixNano = batch.Records[record].TimeUnixNano;
        Error = ErrorDetails = null;
        _entries.Clear();
        _streamNames.Clear();
        _extracted.Clear();
    }

    public void AddStream(string name, string value)
    {
        _streamNames.Add(name);
        _entries.Add(new Entry(name, value, LabelCategory.Stream));
    }

    /// <summary>Adds a field of the record; one that is named like a stream label gets a suffix, a repeated one counts once.</summary>
    public void AddMetadata(string name, string value)
    {
        if (_streamNames.Contains(name))
            name += DuplicateSuffix;
        if (IndexOf(name) < 0)
            _entries.Add(new Entry(name, value, LabelCategory.Metadata));
    }

    /// <summary>Whether the record's stream has the label, whatever stages did since.</summary>
    public bool StreamHas(string name) => _streamNames.Contains(name);

    /// <summary>
    /// Sets a label found in the line under <paramref name="key"/>. Labels of the stream stay (the found one gets a suffix), fields of the record win,
    /// and of keys that become the same label the first counts.
    /// </summary>
    public void Extract(string key, string name, string value)
    {
        if (name.Length == 0)
            return;
        if (_streamNames.Contains(name))
            name += DuplicateSuffix;
        if (wanted?.Contains(name) == false)
            return;
        if (_extracted.TryGetValue(name, out var first) && first != key)
            return;
        var index = IndexOf(name);
        if (index >= 0 && _entries[index].Category == LabelCategory.Metadata)
            return;
        _extracted[name] = key;
        Put(index, name, value);
    }

    /// <summary>Sets a label whatever it was.</summary>
    public void Set(string name, string value)
    {
        if (name == ErrorLabels.Error)
            Error = value.Length == 0 ? null : value;
        else if (name == ErrorLabels.Details)
            ErrorDetails = value.Length == 0 ? null : value;
        else
            Put(IndexOf(name), name, value);
    }

    public void Remove(string name)
    {
        if (name == ErrorLabels.Error)
        {
            Error = ErrorDetails = null;
            return;
        }
        if (name == ErrorLabels.Details)
            ErrorDetails = null;
        var index = IndexOf(name);
        if (index >= 0)
            _entries.RemoveAt(index);
    }

    public bool TryGet(string name, out string value)
    {
        if (name == ErrorLabels.Error || name == ErrorLabels.Details)
        {
            value = (name == ErrorLabels.Error ? Error : ErrorDetails) ?? "";
            return value.Length > 0;
        }
        var index = IndexOf(name);
        value = index >= 0 ? _entries[index].Value : "";
        return index >= 0;
    }

    public string Get(string name) => TryGet(name, out var value) ? value : "";

    /// <summary>Notes an error; the first one stays.</summary>
    public void Fail(string error, string details)
    {
        if (Error is not null)
            return;
        Error = error;
        ErrorDetails = details;
    }

    public (string Name, string Value, LabelCategory Category) this[int index] =>
        (_entries[index].Name, _entries[index].Value, _entries[index].Category);

    public void RemoveAt(int index) => _entries.RemoveAt(index);

    /// <summary>Labels of one origin; error labels count as parsed.</summary>
    public List<Label> Labels(LabelCategory category)
    {
        var labels = new List<Label>();
        foreach (var entry in _entries)
        {
            if (entry.Category == category)
                labels.Add(new Label(entry.Name, entry.Value));
        }
        if (category != LabelCategory.Parsed || Error is null)
            return labels;
        labels.Add(new Label(ErrorLabels.Error, Error));
        if (ErrorDetails is not null)
            labels.Add(new Label(ErrorLabels.Details, ErrorDetails));
        return labels;
    }

    private void Put(int index, string name, string value)
    {
        var entry = new Entry(name, value, LabelCategory.Parsed);
        if (index >= 0)
            _entries[index] = entry;
        else
            _entries.Add(entry);
    }

    private int IndexOf(string name)
    {
        for (var i = 0; i < _entries.Count; i++)
        {
            if (_entries[i].Name == name)
                return i;
        }
        return -1;
    }

    private readonly record struct Entry(string Name, string Value, LabelCategory Category);
}
