using Bongsu.Telemetry.Metrics;

namespace Bongsu.Ingest.Decode.Exposition;

/// <summary>
/// Walks a text exposition entry by entry over the bytes of the body. A sample's series is given as text: who knows the text needs not look into it, who
/// does not uses a <see cref="SeriesTextParser"/>. <see cref="Read"/> is false at the end and at the first fault, which <see cref="Fault"/> tells apart.
/// </summary>
internal ref struct ExpositionReader(ReadOnlySpan<byte> body, bool isOpenMetrics)
{
    private readonly ReadOnlySpan<byte> _body = body;
    private readonly bool _isOpenMetrics = isOpenMetrics;
    private ReadOnlySpan<byte> _line;
    private int _next;
    private int _lineNumber;
    private bool _hasEnded;

    public ExpositionEntry Entry { get; private set; }

    /// <summary>Of metadata: the family, as written (in quotes if <see cref="IsNameQuoted"/>).</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    public bool IsNameQuoted { get; private set; }

    /// <summary>Of metadata: the rest of the line, escapes and all.</summary>
    public ReadOnlySpan<byte> Text { get; private set; }

    public MetricType Type { get; private set; }

    /// <summary>Of a sample: name and labels, as written.</summary>
    public ReadOnlySpan<byte> Series { get; private set; }

    public double Value { get; private set; }

    public bool HasTimestamp { get; private set; }

    public long TimestampMs { get; private set; }

    /// <summary>Of a sample: the labels of its exemplar in their braces; empty when there is none.</summary>
    public ReadOnlySpan<byte> ExemplarLabels { get; private set; }

    public double ExemplarValue { get; private set; }

    public bool HasExemplarTimestamp { get; private set; }

    public long ExemplarTimestampMs { get; private set; }

    public ExpositionFault? Fault { get; private set; }

    /// <summary>The present line, without its end.</summary>
    public readonly ReadOnlySpan<byte> Line => _line;

    /// <summary>A fault at the start of the present line.</summary>
    public readonly ExpositionFault FaultInLine(string message) => new(_lineNumber, 1, message);

    /// <summary>Reads the next entry.</summary>
    /// <param name="expected">The series that came next the last time: compared before anything is searched for. May be empty.</param>
    public bool Read(ReadOnlySpan<byte> expected)
    {
        // Hot path: one line, mostly a known sample; 0 B/op (see ExpositionParseBenchmark, ScrapeAllocationTests)
        while (NextLine())
        {
            var start = _isOpenMetrics ? 0 : SkipBlanks(0);
            if (start == _line.Length)
            {
                if (_isOpenMetrics)
                    return Fail(0, "an empty line; OpenMetrics has none");
                continue;
            }
            if (_line[start] != '#')
                return Sample(start, expected);
            if (Comment(start))
                return true;
            if (Fault is not null || _hasEnded)
                return false;
        }
        if (Fault is null && _isOpenMetrics && !_hasEnded)
            FailAtEnd("the data does not end with # EOF: it was cut short, or it is no OpenMetrics");
        return false;
    }

    /// <summary>A fault at a byte of the present series text.</summary>
    public readonly ExpositionFault FaultInSeries(int at, string message)
    {
        _line.Overlaps(Series, out var offset);
        return new ExpositionFault(_lineNumber, offset + at + 1, message);
    }

    /// <summary>A fault in the exemplar of the present sample.</summary>
    public readonly ExpositionFault FaultInExemplar(int at, string message)
    {
        _line.Overlaps(ExemplarLabels, out var offset);
        return new ExpositionFault(_lineNumber, offset + at + 1, message);
    }

    private bool NextLine()
    {
        if (_next >= _body.Length || _hasEnded || Fault is not null)
            return false;
        var rest = _body[_next..];
        var length = rest.IndexOf((byte)'\n');
        _line = length < 0 ? rest : rest[..length];
        _next += _line.Length + 1;
        _lineNumber++;
        return true;
    }

    private bool Sample(int start, ReadOnlySpan<byte> expected)
    {
        Entry = ExpositionEntry.Sample;
        var end = Expected(start, expected) ? start + expected.Length : SeriesEnd(start);
        if (end < 0)
            return Fail(start, "the labels are not closed by }");
        Series = _line[start..end];
        if (end == start)
            return Fail(start, $"expected a metric name, got \"{Decode.Text.Preview(_line[start..])}\"");
        if (!Blanks(ref end))
            return Fail(end, end == _line.Length ? "the value is missing" : _line[end] == '\r' ? "a carriage return; lines end with a line feed alone" : $"expected a space before the value, got \"{Decode.Text.Preview(_line[end..])}\"");
        var valueAt = end;
        var valueText = Token(ref end);
        if (!ExpositionNumber.TryParse(valueText, out var value))
            return Fail(valueAt, valueText.IsEmpty ? "the value is missing" : $"\"{Decode.Text.Preview(valueText)}\" is not a number");
        Value = value;
        return Tail(end);
    }

    /// <summary>What may follow a value: a timestamp, and in OpenMetrics an exemplar.</summary>
    private bool Tail(int at)
    {
        HasTimestamp = false;
        ExemplarLabels = default;
        if (at == _line.Length)
            return true;
        if (!Blanks(ref at))
            return Fail(at, "text after the value");
        if (at == _line.Length)
            return !_isOpenMetrics || Fail(at - 1, "a space at the end of the line");
        if (_line[at] != '#')
        {
            var timeAt = at;
            var time = Token(ref at);
            HasTimestamp = true;
            if (!(_isOpenMetrics ? ExpositionNumber.TrySeconds(time, out var ms) : ExpositionNumber.TryMilliseconds(time, out ms)))
                return Fail(timeAt, $"\"{Decode.Text.Preview(time)}\" is not a timestamp; it is {(_isOpenMetrics ? "a number of seconds" : "a whole number of milliseconds")}");
            TimestampMs = ms;
            if (at == _line.Length)
                return true;
            Blanks(ref at);
        }
        if (at == _line.Length)
            return !_isOpenMetrics || Fail(at - 1, "a space at the end of the line");
        return _isOpenMetrics && _line[at] == '#' ? Exemplar(at) : Fail(at, $"unexpected \"{Decode.Text.Preview(_line[at..])}\" after the sample");
    }

    private bool Exemplar(int at)
    {
        at++;
        if (!Blanks(ref at) || at == _line.Length || _line[at] != '{')
            return Fail(at, "expected \" {\" after the # of an exemplar");
        var end = BracesEnd(at);
        if (end < 0)
            return Fail(at, "the labels of the exemplar are not closed by }");
        ExemplarLabels = _line[at..end];
        at = end;
        if (!Blanks(ref at))
            return Fail(at, "the value of the exemplar is missing");
        var valueAt = at;
        if (!ExpositionNumber.TryParse(Token(ref at), out var value))
            return Fail(valueAt, "the value of the exemplar is not a number");
        ExemplarValue = value;
        HasExemplarTimestamp = false;
        if (at == _line.Length)
            return true;
        Blanks(ref at);
        var timeAt = at;
        if (!ExpositionNumber.TrySeconds(Token(ref at), out var ms))
            return Fail(timeAt, "the timestamp of the exemplar is not a number of seconds");
        HasExemplarTimestamp = true;
        ExemplarTimestampMs = ms;
        return at == _line.Length || Fail(at, "text after the exemplar");
    }

    private readonly bool Expected(int start, ReadOnlySpan<byte> expected)
    {
        var end = start + expected.Length;
        return !expected.IsEmpty && end < _line.Length && _line[end] is (byte)' ' or (byte)'\t' && _line[start..end].SequenceEqual(expected)
            && (expected[^1] == '}' || _line[SkipBlanks(end)..].IndexOf((byte)'{') != 0);
    }

    private readonly int SeriesEnd(int start)
    {
        var at = start + Math.Max(0, _line[start..].IndexOfAny((byte)' ', (byte)'\t', (byte)'{'));
        if (at == start && _line[at] != '{')
            return start + ExpositionText.NameLength(_line[start..], mayHaveColon: true);
        var brace = SkipBlanks(at);
        return brace < _line.Length && _line[brace] == '{' ? BracesEnd(brace) : at;
    }

    /// <summary>Just after the brace that closes the one at a place; -1 when none does.</summary>
    private readonly int BracesEnd(int at)
    {
        while (true)
        {
            var next = _line[at..].IndexOfAny((byte)'"', (byte)'}');
            if (next < 0)
                return -1;
            at += next;
            if (_line[at] == '}')
                return at + 1;
            var quoted = ExpositionText.QuotedLength(_line[at..]);
            if (quoted < 0)
                return -1;
            at += quoted;
        }
    }

    /// <summary>Metadata, or a comment to pass over; true when there is an entry.</summary>
    private bool Comment(int hash)
    {
        var at = hash + 1;
        if (!Blanks(ref at))
            return _isOpenMetrics && Fail(at, "expected \"# HELP\", \"# TYPE\", \"# UNIT\" or \"# EOF\"");
        var word = Token(ref at);
        Entry = word.SequenceEqual("HELP"u8) ? ExpositionEntry.Help
            : word.SequenceEqual("TYPE"u8) ? ExpositionEntry.Type
            : _isOpenMetrics && word.SequenceEqual("UNIT"u8) ? ExpositionEntry.Unit
            : ExpositionEntry.None;
        if (Entry != ExpositionEntry.None)
            return Metadata(at);
        if (!_isOpenMetrics)
            return false;
        if (!word.SequenceEqual("EOF"u8) || at != _line.Length)
            return Fail(hash, "expected \"# HELP\", \"# TYPE\", \"# UNIT\" or \"# EOF\"; OpenMetrics has no other comments");
        if (_next < _body.Length)
            return Fail(0, "data after # EOF");
        _hasEnded = true;
        return false;
    }

    private bool Metadata(int at)
    {
        if (!Blanks(ref at) || at == _line.Length)
            return Fail(at, $"a metric name is missing after {Entry.ToString().ToUpperInvariant()}");
        IsNameQuoted = _line[at] == '"';
        var length = IsNameQuoted ? ExpositionText.QuotedLength(_line[at..]) : ExpositionText.NameLength(_line[at..], mayHaveColon: true);
        if (length <= 0)
            return Fail(at, IsNameQuoted ? "a quote is not closed" : $"expected a metric name, got \"{Decode.Text.Preview(_line[at..])}\"");
        Name = IsNameQuoted ? _line.Slice(at + 1, length - 2) : _line.Slice(at, length);
        at += length;
        var textAt = at;
        if (at < _line.Length && !Blanks(ref textAt))
            return Fail(at, $"unexpected \"{Decode.Text.Preview(_line[at..])}\" in a metric name");
        Text = _line[textAt..];
        return Entry switch
        {
            ExpositionEntry.Type => ReadType(textAt),
            ExpositionEntry.Unit => IsUnitOf(Name, Text) || Fail(textAt, $"unit \"{Decode.Text.Preview(Text)}\" is not the end of the name of metric \"{Decode.Text.Preview(Name)}\""),
            _ => true,
        };
    }

    private static bool IsUnitOf(ReadOnlySpan<byte> name, ReadOnlySpan<byte> unit) =>
        unit.IsEmpty || (name.Length > unit.Length && name.EndsWith(unit) && name[^(unit.Length + 1)] == '_');

    private bool ReadType(int at)
    {
        var word = _isOpenMetrics ? Text : Text.TrimEnd(" \t"u8);
        MetricType? type = word.SequenceEqual("counter"u8) ? MetricType.Counter
            : word.SequenceEqual("gauge"u8) ? MetricType.Gauge
            : word.SequenceEqual("histogram"u8) ? MetricType.Histogram
            : word.SequenceEqual("summary"u8) ? MetricType.Summary
            : word.SequenceEqual(_isOpenMetrics ? "unknown"u8 : "untyped"u8) ? MetricType.Unknown
            : _isOpenMetrics ? OpenMetricsType(word) : null;
        if (type is null)
            return Fail(at, $"invalid metric type \"{Decode.Text.Preview(word)}\"");
        Type = type.Value;
        return true;
    }

    private static MetricType? OpenMetricsType(ReadOnlySpan<byte> word) =>
        word.SequenceEqual("gaugehistogram"u8) ? MetricType.GaugeHistogram
        : word.SequenceEqual("info"u8) ? MetricType.Info
        : word.SequenceEqual("stateset"u8) ? MetricType.StateSet
        : null;

    /// <summary>Passes over what separates words: one space in OpenMetrics, spaces and tabs otherwise. False when there is none.</summary>
    private readonly bool Blanks(ref int at)
    {
        var start = at;
        at = _isOpenMetrics ? at < _line.Length && _line[at] == ' ' ? at + 1 : at : SkipBlanks(at);
        return at > start;
    }

    private readonly int SkipBlanks(int at)
    {
        while (at < _line.Length && _line[at] is (byte)' ' or (byte)'\t')
            at++;
        return at;
    }

    private readonly ReadOnlySpan<byte> Token(ref int at)
    {
        var rest = _line[at..];
        var length = rest.IndexOfAny((byte)' ', (byte)'\t');
        var token = length < 0 ? rest : rest[..length];
        at += token.Length;
        return token;
    }

    private bool Fail(int at, string message)
    {
        Fault = new ExpositionFault(_lineNumber, at + 1, message);
        return false;
    }

    private void FailAtEnd(string message) => Fault = new ExpositionFault(_lineNumber, _line.Length + 1, message);
}
