namespace Bongsu.Telemetry.Spans;

/// <summary>What is read of spans. A store may give more, never less; what it leaves out is empty.</summary>
/// <param name="Parts">Parts of a span.</param>
/// <param name="AttributeKeys">Of the span's own attributes (with <see cref="SpanParts.Attributes"/>) those with these keys; null: all.</param>
public sealed record SpanColumns(SpanParts Parts, IReadOnlyCollection<string>? AttributeKeys = null)
{
    public static readonly SpanColumns All = new(SpanParts.All);
}
