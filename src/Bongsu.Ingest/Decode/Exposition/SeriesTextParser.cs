using System.Text.Unicode;

namespace Bongsu.Ingest.Decode.Exposition;

/// <summary>
/// Reads the series of a sample line, <c>name{label="value",…}</c> or <c>{"any name",label="value"}</c>, into labels, the metric name among them as
/// <c>__name__</c>. Runs once for each series of a target, not for each sample. Not thread-safe.
/// </summary>
internal sealed class SeriesTextParser(int maxLabels)
{
    private readonly ByteBuffer _scratch = new();

    /// <summary>What is wrong, and at which byte of the text; null after success.</summary>
    public string? Error { get; private set; }

    public int ErrorAt { get; private set; }

    /// <summary>
    /// Fills the labels; true when the whole text was a series. More labels than the limit are checked but only one beyond it is kept, which the caller
    /// refuses; the order is that of the text.
    /// </summary>
    public bool TryParse(ReadOnlySpan<byte> text, LabelBuffer labels)
    {
        Error = null;
        labels.Clear();
        var at = ExpositionText.NameLength(text, mayHaveColon: true);
        if (at > 0)
            labels.Add("__name__"u8, text[..at]);
        at = SkipBlanks(text, at);
        if (at < text.Length && text[at] == '{')
            at = Braces(text, at + 1, labels);
        if (Error is not null)
            return false;
        if (at < text.Length)
            return Fail(at, $"unexpected {Shown(text, at)}");
        return labels.Count > 0 && labels.Name(0).SequenceEqual("__name__"u8) || labels.Find("__name__"u8) >= 0 || Fail(0, "metric name is missing");
    }

    /// <summary>Fills labels of an exemplar, <c>{…}</c> with its braces.</summary>
    public bool TryParseExemplar(ReadOnlySpan<byte> text, LabelBuffer labels)
    {
        Error = null;
        labels.Clear();
        var at = Braces(text, 1, labels);
        if (Error is not null)
            return false;
        return labels.Find("__name__"u8) < 0 || Fail(at, "an exemplar has no metric name");
    }

    private int Braces(ReadOnlySpan<byte> text, int at, LabelBuffer labels)
    {
        while (true)
        {
            at = SkipBlanks(text, at);
            if (at < text.Length && text[at] == '}')
                return at + 1;
            at = Label(text, at, labels);
            if (Error is not null)
                return at;
            at = SkipBlanks(text, at);
            if (at < text.Length && text[at] == ',')
                at++;
            else if (at >= text.Length || text[at] != '}')
                return Stop(at, $"expected , or }} after a label, got {Shown(text, at)}");
        }
    }

    private int Label(ReadOnlySpan<byte> text, int at, LabelBuffer labels)
    {
        var start = at;
        var isQuoted = at < text.Length && text[at] == '"';
        var length = isQuoted ? ExpositionText.QuotedLength(text[at..]) : ExpositionText.NameLength(text[at..], mayHaveColon: false);
        if (length <= 0)
            return Stop(at, isQuoted ? "a quote is not closed" : $"expected a label name, got {Shown(text, at)}");
        at = SkipBlanks(text, at + length);
        if (at >= text.Length || text[at] != '=')
            return isQuoted ? MetricName(text, start, length, at, labels) : Stop(at, $"expected = after the label name, got {Shown(text, at)}");
        at = SkipBlanks(text, at + 1);
        if (at >= text.Length || text[at] != '"')
            return Stop(at, $"expected \" before the label value, got {Shown(text, at)}");
        var valueLength = ExpositionText.QuotedLength(text[at..]);
        if (valueLength < 0)
            return Stop(at, "the quote of a label value is not closed");
        Add(text, start, length, isQuoted, at, valueLength, labels);
        return at + valueLength;
    }

    private int MetricName(ReadOnlySpan<byte> text, int start, int length, int end, LabelBuffer labels)
    {
        if (labels.Find("__name__"u8) >= 0)
            return Stop(start, "a second metric name");
        if (length == 2)
            return Stop(start, "the metric name is empty");
        _scratch.Clear();
        ExpositionText.Unescape(text.Slice(start + 1, length - 2), isQuoted: true, _scratch);
        if (!Utf8.IsValid(_scratch.Span))
            return Stop(start, "the metric name is not valid UTF-8");
        labels.Add("__name__"u8, _scratch.Span);
        return end;
    }

    private void Add(ReadOnlySpan<byte> text, int nameAt, int nameLength, bool isNameQuoted, int valueAt, int valueLength, LabelBuffer labels)
    {
        _scratch.Clear();
        if (isNameQuoted)
            ExpositionText.Unescape(text.Slice(nameAt + 1, nameLength - 2), isQuoted: true, _scratch);
        else
            _scratch.Append(text.Slice(nameAt, nameLength));
        var split = _scratch.Length;
        ExpositionText.Unescape(text.Slice(valueAt + 1, valueLength - 2), isQuoted: true, _scratch);
        var name = _scratch.Span[..split];
        if (name.IsEmpty)
            Stop(nameAt, "a label name is empty");
        else if (!Utf8.IsValid(name))
            Stop(nameAt, "a label name is not valid UTF-8");
        else if (!Utf8.IsValid(_scratch.Span[split..]))
            Stop(valueAt, "a label value is not valid UTF-8");
        else if (labels.Count > maxLabels)
            return;
        else if (labels.Find(name) >= 0)
            Stop(nameAt, $"label name \"{Text.Preview(name)}\" is not unique");
        else
            labels.Add(name, _scratch.Span[split..]);
    }

    private static int SkipBlanks(ReadOnlySpan<byte> text, int at)
    {
        while (at < text.Length && text[at] is (byte)' ' or (byte)'\t')
            at++;
        return at;
    }

    private static string Shown(ReadOnlySpan<byte> text, int at) => at >= text.Length ? "the end of the line" : $"\"{Text.Preview(text[at..])}\"";

    private int Stop(int at, string error)
    {
        Error ??= error;
        ErrorAt = at;
        return at;
    }

    private bool Fail(int at, string error)
    {
        Stop(at, error);
        return false;
    }
}
