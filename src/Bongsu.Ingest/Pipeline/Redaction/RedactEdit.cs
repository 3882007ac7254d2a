using Bongsu.Ingest.Decode;

namespace Bongsu.Ingest.Pipeline.Redaction;

/// <summary>Redacts the texts of a nested value, by key and by shape.</summary>
internal struct RedactEdit(TextRedactor redactor, RedactionRules rules, ByteBuffer scratch) : ITextEdit
{
    public bool IsChanged { get; private set; }

    // Of maps by address the key is what it is about.
    public ReadOnlySpan<byte> Key(ReadOnlySpan<byte> key) => key.Contains((byte)'@') ? Text(key) : key;

    public string? Whole(ReadOnlySpan<byte> key)
    {
        var finding = rules.OfKey(key);
        if (finding == Finding.None)
            return null;
        IsChanged = true;
        redactor.Count(finding);
        return FindingNames.Replacement(finding);
    }

    public ReadOnlySpan<byte> Text(ReadOnlySpan<byte> text)
    {
        if (!redactor.TryRedact(text, scratch))
            return text;
        IsChanged = true;
        return scratch.Span;
    }
}
