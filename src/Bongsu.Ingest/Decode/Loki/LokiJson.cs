using System.Buffers.Text;
using System.Text.Json;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Ingest.Decode.Loki;

/// <summary>
/// Reads the JSON form of a Loki push: <c>{"streams":[{"stream":{…},"values":[["ns","line",{metadata}]]}]}</c>. Not thread-safe.
/// </summary>
internal sealed class LokiJson(IngestLimits limits)
{
    private const int MaxDepth = 64;

    private readonly LokiEntries _entries = new(limits);
    private readonly ByteBuffer _line = new();
    private readonly ByteBuffer _name = new();
    private string? _fault;
    private DecodeFailure? _tooLarge;
    // Where in the body the present reader began.
    private int _base;

    /// <summary>Fills the batch; a failure means that nothing of it may be stored.</summary>
    public DecodeFailure? Decode(ReadOnlySpan<byte> json, LogBatch batch, RejectionTally tally)
    {
        _entries.Begin();
        _fault = null;
        _tooLarge = null;
        _base = 0;
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            if (!Request(ref reader, json, batch, tally))
                return _tooLarge ?? new DecodeFailure($"malformed push request at byte {_base + reader.TokenStartIndex}: {_fault}; nothing of the request was stored");
            if (reader.Read())
                return new DecodeFailure($"malformed JSON: more after the end of the request at byte {_base + reader.TokenStartIndex}");
        }
        catch (JsonException)
        {
            return Malformed(json);
        }
        _entries.End(tally);
        return null;
    }

    // Slow path: entries were read past the reader, so only one that begins anew knows the line.
    private static DecodeFailure Malformed(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            while (reader.Read())
            {
            }
        }
        catch (JsonException e)
        {
            return JsonFault.Of(e);
        }
        return new DecodeFailure("malformed JSON; nothing of the request was stored");
    }

    private bool Request(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, LogBatch batch, RejectionTally tally)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            return Fault("the request must be an object");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isStreams = reader.ValueTextEquals("streams"u8);
            reader.Read();
            if (!isStreams)
                reader.Skip();
            else if (!Streams(ref reader, json, batch, tally))
                return false;
        }
        return true;
    }

    private bool Streams(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, LogBatch batch, RejectionTally tally)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return true;
        if (reader.TokenType != JsonTokenType.StartArray)
            return Fault("'streams' must be a list");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
                return Fault("a stream must be an object");
            if (!Stream(ref reader, json, batch, tally))
                return false;
        }
        return true;
    }

    private bool Stream(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, LogBatch batch, RejectionTally tally)
    {
        // Why: "values" may stand before "stream"; the labels are read first, with a copy of the reader that stops once it has them.
        var ahead = reader;
        var found = false;
        _entries.Labels.Clear();
        while (!found && ahead.Read() && ahead.TokenType == JsonTokenType.PropertyName)
        {
            var isStream = ahead.ValueTextEquals("stream"u8);
            ahead.Read();
            if (!isStream)
                ahead.Skip();
            else if (!Labels(ref ahead))
                return false;
            found = isStream;
        }
        _entries.BeginStream(batch);
        _tooLarge = _entries.TooLarge(batch, tally);
        if (_tooLarge is not null)
            return false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isValues = reader.ValueTextEquals("values"u8);
            reader.Read();
            if (!isValues || reader.TokenType == JsonTokenType.Null)
                reader.Skip();
            else if (!Values(ref reader, json, batch, tally))
                return false;
        }
        return true;
    }

    private bool Labels(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            return Fault("'stream' must be an object of label names and values");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            Read(ref reader, _name);
            reader.Read();
            if (reader.TokenType != JsonTokenType.String)
                return Fault("a label value must be text");
            Read(ref reader, _entries.Scratch);
            // One more than the limit is kept, so that the check finds it; the rest only costs.
            if (_entries.Labels.Count <= limits.LabelsPerSeries)
                _entries.Labels.Add(_name.Span, _entries.Scratch.Span);
        }
        return true;
    }

    private bool Values(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, LogBatch batch, RejectionTally tally)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            return Fault("'values' must be a list");
        // Between entries the reader's state is this one, so it can be begun anew behind those that were read past it.
        var state = reader.CurrentState;
        var at = _base + (int)reader.BytesConsumed;
        for (var isFirst = true; ; isFirst = false)
        {
            SkipSpace(json, ref at);
            var isEnd = at < json.Length && json[at] == ']';
            if (!isEnd && !isFirst && !TrySkip(json, (byte)',', ref at))
                throw new JsonException();
            if (isEnd || !TryPlainEntry(json, ref at, batch, tally))
            {
                reader = new Utf8JsonReader(json[at..], isFinalBlock: true, state);
                _base = at;
                reader.Read();
                if (reader.TokenType == JsonTokenType.EndArray)
                    return isEnd ? true : throw new JsonException();
                if (reader.TokenType != JsonTokenType.StartArray)
                    return Fault("an entry must be a list of time and line");
                if (!Entry(ref reader, batch, tally))
                    return false;
                at = _base + (int)reader.BytesConsumed;
            }
            _tooLarge = _entries.TooLarge(batch, tally);
            if (_tooLarge is not null)
                return false;
        }
    }

    // Fast path: ["nanoseconds","line"]. False, with nothing read, for any other entry, be it right or wrong.
    private bool TryPlainEntry(ReadOnlySpan<byte> json, ref int from, LogBatch batch, RejectionTally tally)
    {
        var at = from;
        if (!TrySkip(json, (byte)'[', ref at) || !TrySkip(json, (byte)'"', ref at) || !Utf8Parser.TryParse(json[at..], out long time, out var digits))
            return false;
        at += digits;
        if (!TryByte(json, (byte)'"', ref at) || !TrySkip(json, (byte)',', ref at) || !TrySkip(json, (byte)'"', ref at))
            return false;
        _line.Clear();
        if (!JsonText.TryRead(json, ref at, _line) || !TrySkip(json, (byte)']', ref at))
            return false;
        _entries.BeginEntry(batch);
        _entries.AddEntry(batch, time, isTimePossible: true, _line.Span, null, tally);
        from = at;
        return true;
    }

    private static bool TrySkip(ReadOnlySpan<byte> json, byte expected, ref int at)
    {
        SkipSpace(json, ref at);
        return TryByte(json, expected, ref at);
    }

    private static bool TryByte(ReadOnlySpan<byte> json, byte expected, ref int at)
    {
        if (at >= json.Length || json[at] != expected)
            return false;
        at++;
        return true;
    }

    private static void SkipSpace(ReadOnlySpan<byte> json, ref int at)
    {
        while (at < json.Length && json[at] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
            at++;
    }

    private bool Entry(ref Utf8JsonReader reader, LogBatch batch, RejectionTally tally)
    {
        _entries.BeginEntry(batch);
        reader.Read();
        if (!TryTime(ref reader, out var time, out var possible))
            return Fault("the time of an entry must be nanoseconds since 1970, as text");
        reader.Read();
        if (reader.TokenType != JsonTokenType.String)
            return Fault("the line of an entry must be text");
        Read(ref reader, _line);
        string? fault = null;
        reader.Read();
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            if (!Metadata(ref reader, batch, ref fault))
                return false;
            reader.Read();
        }
        if (reader.TokenType != JsonTokenType.EndArray)
            return Fault("an entry is a list of time, line and, if any, an object of structured metadata");
        _entries.AddEntry(batch, time, possible, _line.Span, fault, tally);
        return true;
    }

    private bool Metadata(ref Utf8JsonReader reader, LogBatch batch, ref string? fault)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            Read(ref reader, _name);
            reader.Read();
            if (reader.TokenType != JsonTokenType.String)
                return Fault("a value of structured metadata must be text");
            Read(ref reader, _entries.Scratch);
            if (!_entries.AddMetadata(batch, _name.Span, _entries.Scratch.Span, out var wrong))
                fault ??= wrong;
        }
        return true;
    }

    private bool TryTime(ref Utf8JsonReader reader, out long time, out bool possible)
    {
        time = 0;
        possible = true;
        if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.Number))
            return false;
        var text = reader.ValueSpan;
        if (Utf8Parser.TryParse(text, out time, out var used) && used == text.Length)
            return true;
        // Digits only, yet more than 64 bits hold: a time, but not a possible one.
        possible = false;
        return text.Length > 18 && text.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;
    }

    private static void Read(ref Utf8JsonReader reader, ByteBuffer into)
    {
        into.Clear();
        JsonText.Append(in reader, into);
    }

    private bool Fault(string fault)
    {
        _fault ??= fault;
        return false;
    }
}
