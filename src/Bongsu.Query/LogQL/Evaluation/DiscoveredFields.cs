using System.Buffers.Text;
using System.Text;
using Bongsu.Query.LogQL.Stages;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Query.LogQL.Evaluation;

/// <summary>
/// Finds level, trace and span of a record in its line, for senders that leave them there: in the fields of a JSON line, which come from the store's columns
/// when the line itself is not wanted, in the pairs of a logfmt line, or, the level alone, in front of a text. A record is read once, and only when asked.
/// Not thread-safe.
/// </summary>
internal sealed class DiscoveredFields
{
    public const string LevelName = "detected_level";
    public const string TraceName = "trace_id";
    public const string SpanName = "span_id";

    // As | json names them, so that log.level, log_level and {"log":{"level":…}} are one. The first that says something counts.
    private static readonly string[] Levels =
    [
        "level", "Level", "LEVEL", "severity_text", "SeverityText", "severityText", "Severity_Text", "SEVERITY_TEXT", "_l", "severity", "Severity", "SEVERITY", "log_level", "logLevel",
        "LogLevel", "loglevel", "levelname", "lvl", "Lvl", "LVL",
    ];

    private static readonly string[] Traces =
        ["trace_id", "traceId", "TraceId", "traceID", "TraceID", "traceid", "TRACE_ID", "_tr", "otelTraceID", "dd_trace_id", "logging_googleapis_com_trace", "traceparent"];

    private static readonly string[] Spans =
        ["span_id", "spanId", "SpanId", "spanID", "SpanID", "spanid", "SPAN_ID", "_sp", "otelSpanID", "dd_span_id", "logging_googleapis_com_spanId", "traceparent"];

    private static readonly JsonStage Json = new();
    private static readonly LogfmtStage Logfmt = new(strict: false, keepEmpty: false, []);

    private readonly bool _levels;
    private readonly bool _ids;
    private readonly LineState _line;
    private int[] _levelAt = [];
    private int[] _traceAt = [];
    private int[] _spanAt = [];
    private LogBatch _batch = new();
    private int _row = -1;
    private string? _level;
    private string? _trace;
    private string? _span;

    /// <param name="discovery">What is to be found out.</param>
    /// <param name="wanted">Names of labels that matter, null all.</param>
    public DiscoveredFields(Discovery discovery, HashSet<string>? wanted)
    {
        _levels = discovery.HasFlag(Discovery.Level) && wanted?.Contains(LevelName) != false;
        _ids = discovery.HasFlag(Discovery.Ids) && (wanted is null || wanted.Contains(TraceName) || wanted.Contains(SpanName));
        Names = [.. _levels ? Levels : [], .. _ids ? Traces.Union(Spans) : []];
        _line = new LineState([.. Names]);
    }

    public bool FindsLevels => _levels;

    public bool FindsIds => _ids;

    /// <summary>The fields of a JSON line that are looked at.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <param name="batch">The records to come.</param>
    /// <param name="onlyFields">The fields that come in place of lines.</param>
    public void Begin(LogBatch batch, IReadOnlyList<string> onlyFields)
    {
        (_batch, _row) = (batch, -1);
        if (_levelAt.Length > 0 || onlyFields.Count == 0)
            return;
        _levelAt = Places(Levels, onlyFields);
        _traceAt = Places(Traces, onlyFields);
        _spanAt = Places(Spans, onlyFields);
    }

    /// <summary>The level that labels of a stream say; null when they say none.</summary>
    public static string? LevelOf(LabelSet stream)
    {
        foreach (var label in stream.ToList())
        {
            if (IsLevelName(label.Name) && LevelText.Of(label.Value) is { } level)
                return level;
        }
        return null;
    }

    /// <summary>The names under which an id stands beside lines or in them.</summary>
    public static IReadOnlyList<string> NamesOf(string label) => label == TraceName ? Traces : Spans;

    public static bool IsLevelName(string name) => name == LevelName || Levels.AsSpan().Contains(name);

    public static bool IsTraceName(string name) => Traces.AsSpan().Contains(name);

    public static bool IsSpanName(string name) => Spans.AsSpan().Contains(name);

    /// <summary>The level that a record's line says; null when it says none.</summary>
    public string? Level(int row)
    {
        Read(row);
        return _level;
    }

    public string? Trace(int row)
    {
        Read(row);
        return _trace;
    }

    public string? Span(int row)
    {
        Read(row);
        return _span;
    }

    private static int[] Places(string[] names, IReadOnlyList<string> among)
    {
        var places = new List<int>();
        foreach (var name in names)
        {
            for (var i = 0; i < among.Count; i++)
            {
                if (among[i] == name)
                    places.Add(i);
            }
        }
        return [.. places];
    }

    private void Read(int row)
    {
        if (row == _row)
            return;
        _row = row;
        _level = _trace = _span = null;
        if (_batch.HasFields(row))
            ReadFields(row);
        else
            ReadLine(row);
    }

    // Hot path: levels are counted over whole ranges, without a line and without a string.
    private void ReadFields(int row)
    {
        for (var i = 0; _levels && i < _levelAt.Length && _level is null; i++)
            _level = _batch.TryField(row, _levelAt[i], out var value) ? LevelText.Of(value) : null;
        if (!_ids)
            return;
        for (var i = 0; i < _traceAt.Length && _trace is null; i++)
            _trace = _batch.TryField(row, _traceAt[i], out var value) ? TraceOf(value) : null;
        for (var i = 0; i < _spanAt.Length && _span is null; i++)
            _span = _batch.TryField(row, _spanAt[i], out var value) ? SpanOf(value) : null;
    }

    private void ReadLine(int row)
    {
        _line.Reset(_batch, row, []);
        var text = _line.Utf8.TrimStart(" \t\r\n"u8);
        var isObject = !text.IsEmpty && text[0] == '{';
        if (isObject)
            Json.Process(_line);
        else if (text.Contains((byte)'='))
            Logfmt.Process(_line);
        if (_levels)
            _level = First(Levels, static value => LevelText.Of(value)) ?? (isObject ? null : LevelText.OfProse(text));
        if (!_ids)
            return;
        _trace = First(Traces, static value => TraceOf(value));
        _span = First(Spans, static value => SpanOf(value));
    }

    private delegate string? Reading(ReadOnlySpan<byte> value);

    private string? First(string[] names, Reading read)
    {
        foreach (var name in names)
        {
            if (_line.TryGet(name, out var value) && read(Encoding.UTF8.GetBytes(value)) is { } found)
                return found;
        }
        return null;
    }

    /// <summary>A trace id in the form that all signals share, or null: hex, a UUID, Datadog's decimal, Google's path, or a traceparent.</summary>
    public static string? TraceOf(ReadOnlySpan<byte> text)
    {
        text = text[(text.LastIndexOf((byte)'/') + 1)..];
        if (IsTraceParent(text))
            text = text.Slice(3, 32);
        TraceId id = default;
        if (IsDecimal(text, out var low))
            id = new TraceId(0, low);
        else if (text.Length is 32 or 16)
            TraceId.TryParse(Chars(text, stackalloc char[32]), out id);
        else if (text.Length == 36 && text[8] == '-' && Utf8Parser.TryParse(text, out Guid guid, out var used) && used == 36)
            TraceId.TryParse(guid.ToString("N"), out id);
        return id.IsEmpty ? null : id.ToString();
    }

    public static string? SpanOf(ReadOnlySpan<byte> text)
    {
        if (IsTraceParent(text))
            text = text.Slice(36, 16);
        SpanId id = default;
        if (IsDecimal(text, out var number))
            id = new SpanId(number);
        else if (text.Length == 16)
            SpanId.TryParse(Chars(text, stackalloc char[16]), out id);
        return id.IsEmpty ? null : id.ToString();
    }

    private static bool IsTraceParent(ReadOnlySpan<byte> text) => text.Length >= 55 && text[2] == '-' && text[35] == '-' && text[52] == '-';

    // As long as no hexadecimal id is.
    private static bool IsDecimal(ReadOnlySpan<byte> text, out ulong number)
    {
        number = 0;
        return text.Length is 17 or 18 or 19 or 20 && Utf8Parser.TryParse(text, out number, out var used) && used == text.Length;
    }

    private static ReadOnlySpan<char> Chars(ReadOnlySpan<byte> text, Span<char> into) => into[..Encoding.Latin1.GetChars(text, into)];
}
