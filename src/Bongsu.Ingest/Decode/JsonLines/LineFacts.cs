using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Bongsu.Telemetry.Events;

namespace Bongsu.Ingest.Decode.JsonLines;

/// <summary>
/// What the recommended fields of one JSON line say, each from the name of lowest rank (see <see cref="LogFieldNames"/>). Texts point into the line, escapes
/// and all. A value that makes no sense for its field counts as not there.
/// </summary>
internal ref struct LineFacts
{
    private const int Unset = int.MaxValue;
    private const int HexTrace = 32;
    private const int MaxIdLength = 128;

    // Time, thread and logger may stand before the level.
    private const int LevelWords = 4;
    private const int MaxLevelLength = 12;

    private int _timeRank = Unset;
    private int _levelRank = Unset;
    private int _messageRank = Unset;
    private int _serviceRank = Unset;
    private int _environmentRank = Unset;
    private int _traceRank = Unset;
    private int _spanRank = Unset;

    // Where the values stand that were taken, by which their members are known again.
    private ReadOnlySpan<byte> _time;
    private ReadOnlySpan<byte> _level;
    private ReadOnlySpan<byte> _trace;
    private ReadOnlySpan<byte> _span;

    public LineFacts() { }

    public long TimeNanos { get; private set; }
    public readonly bool HasTime => _timeRank != Unset;

    /// <summary>OTLP's number; 0: none.</summary>
    public byte Severity { get; private set; }

    /// <summary>The level as it was written, if as text.</summary>
    public ReadOnlySpan<byte> LevelText { get; private set; }

    public ReadOnlySpan<byte> Message { get; private set; }
    public readonly bool HasMessage => _messageRank != Unset;
    public ReadOnlySpan<byte> Service { get; private set; }
    public ReadOnlySpan<byte> Environment { get; private set; }
    public TraceId TraceId { get; private set; }
    public SpanId SpanId { get; private set; }

    /// <summary>Takes what a member of the line says, if it is one of the recommended fields.</summary>
    public void Take(ReadOnlySpan<byte> key, JsonKind kind, ReadOnlySpan<byte> value)
    {
        if (kind is not (JsonKind.String or JsonKind.Number) || value.IsEmpty)
            return;
        var isText = kind == JsonKind.String;
        var field = LogFieldNames.Find(key, out var rank);
        if (field == LogField.None || rank >= RankOf(field) || (!isText && field is LogField.Message or LogField.Service or LogField.Environment or LogField.TraceParent))
            return;
        switch (field)
        {
            case LogField.Time: Time(value, rank); break;
            case LogField.Level: Level(value, isText, rank); break;
            case LogField.SeverityNumber: Number(value, rank, static n => n is >= 1 and <= 24 ? (byte)n : (byte)0); break;
            case LogField.PythonLevel: Number(value, rank, LogLevel.OfPython); break;
            case LogField.TraceId: Trace(value, value, rank); break;
            case LogField.SpanId: Span(value, value, rank); break;
            case LogField.TraceParent: TraceParent(value, rank); break;
            case LogField.Message:
                _messageRank = rank;
                Message = value;
                break;
            case LogField.Service:
                _serviceRank = rank;
                Service = value;
                break;
            case LogField.Environment:
                _environmentRank = rank;
                Environment = value;
                break;
        }
    }

    /// <summary>Whether a member of the line is the one that was taken for its field: the record says it elsewhere. Another of the same meaning is a field like any.</summary>
    public readonly bool Has(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) => LogFieldNames.Find(key, out _) switch
    {
        LogField.None => false,
        LogField.Time => IsSame(value, _time),
        LogField.Level or LogField.SeverityNumber or LogField.PythonLevel => IsSame(value, _level),
        LogField.Message => IsSame(value, Message),
        LogField.Service => IsSame(value, Service),
        LogField.Environment => IsSame(value, Environment),
        LogField.SpanId => IsSame(value, _span),
        _ => IsSame(value, _trace),
    };

    /// <summary>Takes time and level of a line of text, if it begins with them.</summary>
    public void TakeText(ReadOnlySpan<byte> text)
    {
        var rest = text.StartsWith("["u8) ? text[1..] : text;
        var length = LogTime.Leading(rest, out var hasZone);
        if (hasZone)
            Time(rest[..length], rank: 1);
        rest = rest[length..];
        for (var i = 0; i < LevelWords; i++)
        {
            rest = rest.TrimStart(" \t[]|:-,<>()\""u8);
            var end = rest.IndexOfAny(" \t[]|:-,<>()\""u8);
            var word = end < 0 ? rest : rest[..end];
            if (word.IsEmpty || word.Length > MaxLevelLength)
                continue;
            // Words in capitals, or marked off: "Critical path found" tells no level.
            if (word.Length >= 4 && (word.IndexOfAnyExceptInRange((byte)'A', (byte)'Z') < 0 || (end > 0 && rest[end] is (byte)':' or (byte)']' or (byte)'>')))
                Level(word, isText: true, rank: 1);
            if (_levelRank != Unset)
                return;
            rest = rest[word.Length..];
        }
    }

    /// <summary>Takes from another line what this one does not say.</summary>
    public void Complete(in LineFacts other)
    {
        if (!HasTime)
            (_timeRank, TimeNanos) = (other._timeRank, other.TimeNanos);
        if (_levelRank == Unset)
        {
            (_levelRank, Severity) = (other._levelRank, other.Severity);
            LevelText = other.LevelText;
        }
        if (_serviceRank == Unset)
            Service = other.Service;
        if (_environmentRank == Unset)
            Environment = other.Environment;
        if (_traceRank == Unset)
            TraceId = other.TraceId;
        if (_spanRank == Unset)
            SpanId = other.SpanId;
    }

    private readonly int RankOf(LogField field) => field switch
    {
        LogField.Time => _timeRank,
        LogField.Level or LogField.SeverityNumber or LogField.PythonLevel => _levelRank,
        LogField.Message => _messageRank,
        LogField.Service => _serviceRank,
        LogField.Environment => _environmentRank,
        LogField.SpanId => _spanRank,
        _ => _traceRank,
    };

    // The same place, not the same text.
    private static bool IsSame(ReadOnlySpan<byte> value, ReadOnlySpan<byte> taken) =>
        value.Length == taken.Length && Unsafe.AreSame(in MemoryMarshal.GetReference(value), in MemoryMarshal.GetReference(taken));

    private void Time(ReadOnlySpan<byte> value, int rank)
    {
        if (!LogTime.TryParse(value, out var nanos))
            return;
        (_timeRank, TimeNanos) = (rank, nanos);
        _time = value;
    }

    private void Level(ReadOnlySpan<byte> value, bool isText, int rank)
    {
        var severity = LogLevel.OfText(value);
        if (severity == 0)
            return;
        (_levelRank, Severity) = (rank, severity);
        _level = value;
        LevelText = isText && !char.IsAsciiDigit((char)value[0]) ? value : default;
    }

    private void Number(ReadOnlySpan<byte> value, int rank, Func<long, byte> severityOf)
    {
        if (!Utf8Parser.TryParse(value, out long number, out var used) || used != value.Length || severityOf(number) is not (> 0 and var severity))
            return;
        (_levelRank, Severity) = (rank, severity);
        _level = value;
        LevelText = default;
    }

    private void Trace(ReadOnlySpan<byte> text, ReadOnlySpan<byte> value, int rank)
    {
        // Google writes projects/NAME/traces/ID.
        if (!TryTrace(text[(text.LastIndexOf((byte)'/') + 1)..], out var id))
            return;
        (_traceRank, TraceId) = (rank, id);
        _trace = value;
    }

    private void Span(ReadOnlySpan<byte> text, ReadOnlySpan<byte> value, int rank)
    {
        if (!TrySpan(text, out var id))
            return;
        (_spanRank, SpanId) = (rank, id);
        _span = value;
    }

    private void TraceParent(ReadOnlySpan<byte> value, int rank)
    {
        if (value.Length < 55 || value[2] != '-' || value[35] != '-')
            return;
        Trace(value.Slice(3, HexTrace), value, rank);
        if (rank < _spanRank)
            Span(value.Slice(36, 16), value, rank);
    }

    // Datadog's ids are decimal, and as long as no hexadecimal one is; an id of zero is none.
    private static bool TryTrace(ReadOnlySpan<byte> text, out TraceId id)
    {
        id = default;
        if (text.Length is 17 or 18 or 19 or 20 && Utf8Parser.TryParse(text, out ulong low, out var used) && used == text.Length)
            id = new TraceId(0, low);
        else if (text.Length is HexTrace or 16)
            TraceId.TryParse(Chars(text, stackalloc char[MaxIdLength]), out id);
        else if (text.Length == 36 && text[8] == '-' && Guid.TryParse(text, out var guid))
            id = OfGuid(guid);
        return !id.IsEmpty;
    }

    private static TraceId OfGuid(Guid guid)
    {
        Span<byte> bytes = stackalloc byte[TraceId.Size];
        guid.TryWriteBytes(bytes, bigEndian: true, out _);
        return TraceId.FromBytes(bytes);
    }

    private static bool TrySpan(ReadOnlySpan<byte> text, out SpanId id)
    {
        id = default;
        if (text.Length is 17 or 18 or 19 or 20 && Utf8Parser.TryParse(text, out ulong value, out var used) && used == text.Length)
            id = new SpanId(value);
        else if (text.Length == 16)
            SpanId.TryParse(Chars(text, stackalloc char[MaxIdLength]), out id);
        return !id.IsEmpty;
    }

    private static ReadOnlySpan<char> Chars(ReadOnlySpan<byte> text, Span<char> into) => into[..Encoding.Latin1.GetChars(text, into)];
}
