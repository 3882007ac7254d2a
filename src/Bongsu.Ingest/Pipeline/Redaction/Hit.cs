namespace Bongsu.Ingest.Pipeline.Redaction;

/// <summary>What to replace: a stretch of a text. Within JSON a bare number becomes text, in the quotes that its place asks for.</summary>
internal readonly record struct Hit(int Start, int End, Finding Finding, Quote Quote = Quote.None);

internal enum Quote : byte
{
    None,
    Plain,
    /// <summary>JSON within a JSON string.</summary>
    Escaped,
}
