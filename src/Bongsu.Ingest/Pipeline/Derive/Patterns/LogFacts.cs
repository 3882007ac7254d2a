using Bongsu.Ingest.Decode;
using Bongsu.Ingest.Decode.JsonLines;
using Bongsu.Ingest.Decode.Otlp;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Ingest.Pipeline.Derive.Patterns;

/// <summary>What is counted of one log record: the line that patterns are made of, the class of error, the level. Points into the batch.</summary>
internal ref struct LogFacts
{
    // What patterns and classes are found in stands at the beginning; a line of a megabyte costs no more than one of this size.
    private const int MaxJsonBytes = 16 * IngestLimits.KiB;

    private const int MaxClassBytes = 128;

    private const int NoMessage = int.MaxValue;

    private int _messageRank = NoMessage;
    private bool _isText;

    public LogFacts(LogBatch batch, in LogRecord record)
    {
        Attributes(batch, record.Attributes);
        var body = batch.Arena.Get(record.Body.Payload);
        if (record.Body.Kind == AttributeKind.String)
            OfText(body);
        else if (record.Body.Kind == AttributeKind.Map)
            OfMap(body);
    }

    /// <summary>The first line of the message, or of the text where no message is known in it; empty when there is none.</summary>
    public ReadOnlySpan<byte> Line { get; private set; }

    /// <summary>The text goes on behind <see cref="Line"/>.</summary>
    public bool HasMore { get; private set; }

    /// <summary>The line is a field of a structured body.</summary>
    public bool IsField { get; private set; }

    /// <summary>The class of the error that the record tells of, or empty.</summary>
    public ReadOnlySpan<byte> ErrorClass { get; private set; }

    /// <summary>The level that the record gives itself in a field, or empty.</summary>
    public ReadOnlySpan<byte> Level { get; private set; }

    /// <summary>The number of the level (see <see cref="Severity"/>) that the record gives itself, in a field or in its text; 0: none.</summary>
    public readonly int LevelNumber => !Level.IsEmpty ? Severity.Level(LogLevel.OfText(Level), default) : _isText ? TextLevel.Of(Line) : 0;

    private void OfText(ReadOnlySpan<byte> text)
    {
        var json = text.TrimStart(" \t\r\n"u8);
        if (!json.IsEmpty && json[0] == '{')
        {
            var members = new JsonMembers(json.Length <= MaxJsonBytes ? json : json[..MaxJsonBytes]);
            while (members.Read())
            {
                if (members.Scalar.IsEmpty)
                    Field(members.Key, members.Text);
                else if (Level.IsEmpty && members.Scalar[0] is >= (byte)'0' and <= (byte)'9' && IsLevel(members.Key))
                    Level = members.Scalar;
            }
        }
        else
            _isText = true;
        if (IsField)
            CutAtEscapedLineEnd();
        else
            FirstLine(text);
    }

    private void OfMap(ReadOnlySpan<byte> map)
    {
        var fields = new ProtoReader(map);
        while (fields.Read())
        {
            if (fields is not { Field: 1, Wire: ProtoWire.Bytes })
                continue;
            AnyValueWire.ReadPair(fields.Bytes, out var key, out var value);
            Field(key, TextOf(value));
        }
        if (IsField)
            FirstLine(Line);
    }

    private static ReadOnlySpan<byte> TextOf(ReadOnlySpan<byte> any)
    {
        var value = new ProtoReader(any);
        while (value.Read())
        {
            if (value is { Field: 1, Wire: ProtoWire.Bytes })
                return value.Bytes;
        }
        return default;
    }

    private void Attributes(LogBatch batch, AttributeRange range)
    {
        var table = batch.Attributes;
        for (var row = range.Start; row < range.Start + range.Count; row++)
        {
            if (table.Values[row].Kind == AttributeKind.String)
                Class(table.Key(row), batch.Arena.Get(table.Values[row].Payload));
        }
    }

    private void Field(ReadOnlySpan<byte> key, ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
            return;
        var rank = MessageRank(key);
        if (rank >= _messageRank)
        {
            Class(key, text);
            return;
        }
        _messageRank = rank;
        Line = text;
        IsField = true;
    }

    private void Class(ReadOnlySpan<byte> key, ReadOnlySpan<byte> text)
    {
        if (ErrorClass.IsEmpty && IsErrorClass(key))
            ErrorClass = Text.Cut(text, MaxClassBytes);
        else if (Level.IsEmpty && IsLevel(key))
            Level = text;
    }

    private static int MessageRank(ReadOnlySpan<byte> key) => key.Length switch
    {
        2 when key.SequenceEqual("@m"u8) => 0,
        3 when key.SequenceEqual("msg"u8) => 0,
        3 when key.SequenceEqual("log"u8) => 2,
        4 when key.SequenceEqual("body"u8) => 1,
        5 when key.SequenceEqual("event"u8) => 3,
        7 when key.SequenceEqual("message"u8) || key.SequenceEqual("Message"u8) => 0,
        _ => NoMessage,
    };

    private static bool IsErrorClass(ReadOnlySpan<byte> key) => key.Length switch
    {
        9 => key.SequenceEqual("errorType"u8),
        10 => key.SequenceEqual("error.type"u8) || key.SequenceEqual("error_type"u8),
        11 => key.SequenceEqual("error.class"u8) || key.SequenceEqual("error_class"u8),
        14 => key.SequenceEqual("exception.type"u8) || key.SequenceEqual("exception_type"u8),
        _ => false,
    };

    private static bool IsLevel(ReadOnlySpan<byte> key) => key.Length switch
    {
        2 => key.SequenceEqual("@l"u8),
        3 => key.SequenceEqual("lvl"u8),
        5 => key.SequenceEqual("level"u8) || key.SequenceEqual("Level"u8) || key.SequenceEqual("LEVEL"u8),
        8 => key.SequenceEqual("severity"u8) || key.SequenceEqual("Severity"u8) || key.SequenceEqual("loglevel"u8) || key.SequenceEqual("logLevel"u8),
        9 => key.SequenceEqual("log.level"u8) || key.SequenceEqual("log_level"u8) || key.SequenceEqual("levelname"u8),
        13 => key.SequenceEqual("severity_text"u8),
        14 => key.SequenceEqual("detected_level"u8),
        _ => false,
    };

    private void FirstLine(ReadOnlySpan<byte> text)
    {
        // Blank lines before the first are white space of it.
        var start = 0;
        while (start < text.Length && text[start] <= ' ')
            start++;
        var end = text[start..].IndexOf((byte)'\n');
        HasMore = end >= 0;
        Line = end < 0 ? text : text[..(start + end)];
    }

    private void CutAtEscapedLineEnd()
    {
        var from = 0;
        while (Line[from..].IndexOf((byte)'\\') is >= 0 and var found && from + found + 1 < Line.Length)
        {
            from += found;
            if (Line[from + 1] == 'n')
            {
                Line = Line[..from];
                HasMore = true;
                return;
            }
            from += 2;
        }
    }
}
