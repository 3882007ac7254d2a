namespace Bongsu.Query.TraceQL.Parsing;

/// <summary>
/// What can be used of a selector that is still being typed, such as <c>{ name = "x" &amp;&amp; span.a = }</c>: its conditions that can be read. Anything else than
/// one selector of conditions joined by &amp;&amp; becomes <c>{ }</c>. Pure.
/// </summary>
internal static class UsableFilter
{
    private const string Everything = "{ }";

    public static string Of(string text, TraceQlLimits limits)
    {
        if (TraceQlParser.TryParse(text, limits, out _)?.Search is { Stages: [SpansetStage { Spanset: SpansetFilter }] })
            return text;
        var content = text.Trim();
        if (content.Length > limits.MaxQueryLength || !content.StartsWith('{') || content.Contains("||", StringComparison.Ordinal))
            return Everything;
        var usable = content[1..].TrimEnd().TrimEnd('}').Split("&&", StringSplitOptions.TrimEntries)
            .Where(part => part.Length > 0 && TraceQlParser.TryParse("{" + part + "}", limits, out _)?.Search is { Stages: [SpansetStage { Spanset: SpansetFilter }] });
        var filter = "{ " + string.Join(" && ", usable) + " }";
        return TraceQlParser.TryParse(filter, limits, out _) is null ? Everything : filter;
    }
}
