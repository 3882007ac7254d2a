using System.Text;

namespace Bongsu.Ingest.Decode;

/// <summary>Replaces bytes that are not UTF-8 by U+FFFD within nested values.</summary>
internal struct Utf8Repair : ITextEdit
{
    public readonly ReadOnlySpan<byte> Key(ReadOnlySpan<byte> key) => Text(key);

    public readonly string? Whole(ReadOnlySpan<byte> key) => null;

    public readonly ReadOnlySpan<byte> Text(ReadOnlySpan<byte> text) =>
        System.Text.Unicode.Utf8.IsValid(text) ? text : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(text));
}
