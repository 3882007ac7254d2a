using System.Buffers;
using System.Text;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;
using MatchType = Bongsu.Telemetry.Labels.MatchType;

namespace Bongsu.Query.LogQL.Stages;

/// <summary>
/// One log record on its way through a pipeline: its line, its labels by origin, and the first error of a stage. The line is bytes of the batch until a
/// stage asks for it as text, and so are the values found in it. Reused from record to record; not thread-safe.
/// </summary>
/// <param name="wanted">Labels that matter, null all: others found in the line are not kept.</param>
internal sealed class LineState(HashSet<string>? wanted = null)
{
    public const string DuplicateSuffix = "_extracted";

    // What of a key stands in the label made of it as it is.
    private static readonly SearchValues<byte> s_nameBytes = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"u8);

    private readonly NameIndex _index = new();
    private readonly byte[][]? _wantedUtf8 = wanted?.Select(Encoding.UTF8.GetBytes).ToArray();
    private readonly bool _wantsPushedAside = wanted?.Any(n => n.EndsWith(DuplicateSuffix, StringComparison.Ordinal)) != false;
    private Dictionary<string, string> _removedKeys = [];
    private LabelEntry[] _entries = new LabelEntry[16];
    private LabelEntry[] _stream = [];
    private byte[] _values = new byte[256];
    private int _valuesEnd;
    private LogBatch? _batch;
    private int _record;
    private string? _text;
    private byte[]? _utf8;

    public long TimeUnixNano { get; private set; }

    /// <summary>The time of the query, for templates that ask for it.</summary>
    public DateTimeOffset Now { get; init; }

    /// <summary>Fields that the store may give in place of lines.</summary>
    public IReadOnlyList<string> OnlyFields { get; init; } = [];

    /// <summary>For who walks through JSON lines.</summary>
    public JsonKeyPath KeyPath { get; } = new();

    public HashSet<string>? Wanted => wanted;

    /// <summary>Whether nothing of the line's own labels matters.</summary>
    public bool WantsNothing => wanted is { Count: 0 };

    /// <summary>Whether a label that matters may be made of a key; of most that are none it can be said by their bytes.</summary>
    public bool MayWant(ReadOnlySpan<byte> key)
    {
        if (_wantedUtf8 is null || key.IsEmpty || char.IsAsciiDigit((char)key[0]) || key.ContainsAnyExcept(s_nameBytes))
            return true;
        foreach (var one in _wantedUtf8)
        {
            if (key.SequenceEqual(one))
                return true;
        }
        return false;
    }

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
            if (_batch is not null && _batch.Records.Span[_record].Body is { Kind: AttributeKind.String } body)
                return _batch.Arena.Get(body.Payload);
            return _utf8 ??= Encoding.UTF8.GetBytes(Line);
        }
    }

    public string? Error { get; private set; }

    public string? ErrorDetails { get; private set; }

    public int Count { get; private set; }

    /// <summary>The labels of the record's stream, whatever stages did since; the same list for all its records.</summary>
    public LabelEntry[] Stream => _stream;

    /// <summary>Begins with a record and the labels of its stream.</summary>
    public void Reset(LogBatch batch, int record, LabelEntry[] stream)
    {
        (_batch, _record, _text, _utf8) = (batch, record, null, null);
        TimeUnixNano = batch.Records.Span[record].TimeUnixNano;
        Error = ErrorDetails = null;
        _valuesEnd = 0;
        // Room for very many is not emptied line by line.
        if (_removedKeys.Count > 1_000)
            _removedKeys = [];
        _removedKeys.Clear();
        _index.Clear();
        _stream = stream;
        Count = 0;
        Reserve(stream.Length);
        stream.CopyTo(_entries, 0);
        Count = stream.Length;
    }

    /// <summary>Adds a field of the record; one that is named like a stream label gets a suffix, a repeated one counts once.</summary>
    public void AddMetadata(string name, string value)
    {
        if (StreamHas(name))
            name += DuplicateSuffix;
        if (IndexOf(name) < 0)
            Add(LabelEntry.OfText(name, value, LabelCategory.Metadata));
    }

    /// <summary>As above, for UTF-8, which is copied.</summary>
    public void AddMetadata(string name, ReadOnlySpan<byte> value)
    {
        if (StreamHas(name))
            name += DuplicateSuffix;
        if (IndexOf(name) < 0)
            Add(Copied(name, value, LabelCategory.Metadata, null));
    }

    /// <summary>Adds fields that are the stream's and the record's own unless those have them.</summary>
    public void AddShared(LabelEntry[] fields)
    {
        foreach (var field in fields)
        {
            if (IndexOf(field.Name) < 0)
                Add(field);
        }
    }

    /// <summary>Takes the fields that came in place of the line as if they had been read from it; false when the line is there.</summary>
    public bool TryExtractFields()
    {
        if (_batch?.HasFields(_record) != true)
            return false;
        for (var i = 0; i < OnlyFields.Count; i++)
        {
            // Labels of the stream stay: who wants what they push aside gets lines. Nothing else has been found in the line before.
            var name = OnlyFields[i];
            if (_batch.TryField(_record, i, out var value) && !StreamHas(name) && IndexOf(name) < 0)
                Add(Copied(name, value, LabelCategory.Parsed, name));
        }
        return true;
    }

    /// <summary>
    /// Sets a label found in the line under <paramref name="key"/>. Labels of the stream stay (the found one gets a suffix), fields of the record win,
    /// and of keys that become the same label the first counts.
    /// </summary>
    public void Extract(string key, string name, string value)
    {
        if (TryPlace(key, ref name, out var index))
            Put(index, LabelEntry.OfText(name, value, LabelCategory.Parsed, key));
    }

    /// <summary>As above, for UTF-8, which is copied.</summary>
    public void Extract(string key, string name, ReadOnlySpan<byte> value)
    {
        if (TryPlace(key, ref name, out var index))
            Put(index, Copied(name, value, LabelCategory.Parsed, key));
    }

    /// <summary>Sets a label whatever it was.</summary>
    public void Set(string name, string value)
    {
        if (name == ErrorLabels.Error)
            Error = value.Length == 0 ? null : value;
        else if (name == ErrorLabels.Details)
            ErrorDetails = value.Length == 0 ? null : value;
        else
            Replace(IndexOf(name), name, value);
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
            RemoveAt(index);
    }

    public void RemoveAt(int index)
    {
        if (_entries[index].Key is { } key)
            _removedKeys.TryAdd(_entries[index].Name, key);
        _index.RemoveAt(index);
        Count--;
        Array.Copy(_entries, index + 1, _entries, index, Count - index);
    }

    public bool TryGet(string name, out string value)
    {
        if (IsError(name))
        {
            value = ErrorText(name);
            return value.Length > 0;
        }
        var index = IndexOf(name);
        value = index >= 0 ? _entries[index].ToText() : "";
        return index >= 0;
    }

    public bool Has(string name) => IsError(name) ? ErrorText(name).Length > 0 : IndexOf(name) >= 0;

    public string Get(string name) => TryGet(name, out var value) ? value : "";

    /// <summary>The value as characters, in <paramref name="buffer"/> when it is short and nobody has asked for it as text.</summary>
    public bool TryGet(string name, Span<char> buffer, out ReadOnlySpan<char> value)
    {
        var index = IsError(name) ? -1 : IndexOf(name);
        if (index >= 0 && _entries[index].Text is null && _entries[index].Utf8.Length <= buffer.Length)
        {
            value = buffer[..Encoding.UTF8.GetChars(_entries[index].Utf8, buffer)];
            return true;
        }
        var isThere = TryGet(name, out var text);
        value = text;
        return isThere;
    }

    /// <summary>The value in UTF-8, empty when there is none; valid until the next record.</summary>
    public ReadOnlySpan<byte> GetUtf8(string name)
    {
        if (IsError(name))
            return Encoding.UTF8.GetBytes(ErrorText(name));
        var index = IndexOf(name);
        return index >= 0 ? Utf8Of(index) : default;
    }

    /// <summary>Whether a label passes; a missing one is the empty text.</summary>
    public bool Matches(LabelMatcher matcher)
    {
        if (IsError(matcher.Name))
            return matcher.Matches(ErrorText(matcher.Name));
        var index = IndexOf(matcher.Name);
        if (index < 0)
            return matcher.Matches("");
        // Fast path: bytes that nobody has made a string of.
        ref var entry = ref _entries[index];
        return entry.Text is null && matcher.Type is MatchType.Equal or MatchType.NotEqual ? matcher.Matches(entry.Utf8) : matcher.Matches(entry.ToText());
    }

    /// <summary>Notes an error; the first one stays.</summary>
    public void Fail(string error, string details)
    {
        if (Error is not null)
            return;
        Error = error;
        ErrorDetails = details;
    }

    public (string Name, string Value, LabelCategory Category) this[int index] => (_entries[index].Name, _entries[index].ToText(), _entries[index].Category);

    public string NameOf(int index) => _entries[index].Name;

    /// <summary>Valid until the next record.</summary>
    public ReadOnlySpan<byte> Utf8Of(int index)
    {
        ref var entry = ref _entries[index];
        if (!entry.HasUtf8)
            Keep(ref entry, Encoding.UTF8.GetBytes(entry.Text, Room(Encoding.UTF8.GetMaxByteCount(entry.Text!.Length))));
        return entry.Utf8;
    }

    /// <summary>Whether no stage has removed or replaced a label of the stream.</summary>
    public bool HasWholeStream()
    {
        for (var i = 0; i < _stream.Length; i++)
        {
            if (i >= Count || _entries[i].Category != LabelCategory.Stream)
                return false;
        }
        return true;
    }

    /// <summary>Labels of one origin; error labels count as parsed.</summary>
    public List<Label> Labels(LabelCategory category)
    {
        var labels = new List<Label>();
        for (var i = 0; i < Count; i++)
        {
            if (_entries[i].Category == category)
                labels.Add(new Label(_entries[i].Name, _entries[i].ToText()));
        }
        if (category != LabelCategory.Parsed || Error is null)
            return labels;
        labels.Add(new Label(ErrorLabels.Error, Error));
        if (ErrorDetails is not null)
            labels.Add(new Label(ErrorLabels.Details, ErrorDetails));
        return labels;
    }

    private static bool IsError(string name) => name is ErrorLabels.Error or ErrorLabels.Details;

    private string ErrorText(string name) => (name == ErrorLabels.Error ? Error : ErrorDetails) ?? "";

    private bool StreamHas(string name)
    {
        foreach (ref readonly var entry in _stream.AsSpan())
        {
            if (entry.Name == name)
                return true;
        }
        return false;
    }

    // Where a label found in the line goes, under the name that it gets; false when it is none that counts.
    private bool TryPlace(string key, ref string name, out int index)
    {
        index = -1;
        if (name.Length == 0)
            return false;
        if (StreamHas(name))
        {
            if (!_wantsPushedAside)
                return false;
            name += DuplicateSuffix;
        }
        if (wanted?.Contains(name) == false)
            return false;
        index = IndexOf(name);
        return index >= 0 && _entries[index].Key is { } first ? first == key : (index < 0 || _entries[index].Category != LabelCategory.Metadata) && IsFirst(key, name);
    }

    private void Replace(int index, string name, string value) =>
        Put(index, LabelEntry.OfText(name, value, LabelCategory.Parsed, index >= 0 ? _entries[index].Key : null));

    private LabelEntry Copied(string name, ReadOnlySpan<byte> value, LabelCategory category, string? key)
    {
        if (!System.Text.Unicode.Utf8.IsValid(value))
            return LabelEntry.OfText(name, Encoding.UTF8.GetString(value), category, key);
        var entry = new LabelEntry(name, category) { Key = key };
        value.CopyTo(Room(value.Length));
        Keep(ref entry, value.Length);
        return entry;
    }

    // Of a label that a stage has removed since.
    private bool IsFirst(string key, string name) => _removedKeys.Count == 0 || !_removedKeys.TryGetValue(name, out var first) || first == key;

    // Why a new buffer and no larger copy: entries point into the old one.
    private Span<byte> Room(int size)
    {
        if (_values.Length - _valuesEnd < size)
            (_values, _valuesEnd) = (new byte[Math.Max(_values.Length * 2, size)], 0);
        return _values.AsSpan(_valuesEnd);
    }

    private void Keep(ref LabelEntry entry, int length)
    {
        entry.SetUtf8(_values, _valuesEnd, length);
        _valuesEnd += length;
    }

    private void Put(int index, LabelEntry entry)
    {
        if (index >= 0)
            _entries[index] = entry;
        else
            Add(entry);
    }

    private void Add(LabelEntry entry)
    {
        Reserve(1);
        _entries[Count++] = entry;
    }

    private void Reserve(int more)
    {
        if (Count + more > _entries.Length)
            Array.Resize(ref _entries, Math.Max(Count + more, _entries.Length * 2));
    }

    private int IndexOf(string name)
    {
        if (Count >= NameIndex.MinLabels)
            return _index.Find(_entries.AsSpan(0, Count), name);
        for (var i = 0; i < Count; i++)
        {
            if (_entries[i].Name == name)
                return i;
        }
        return -1;
    }
}
