using Bongsu.Telemetry.Labels;

namespace Bongsu.Query.LogQL.Parsing;

/// <summary>Parses LogQL into its tree. Pure; errors are values with line and column.</summary>
internal static class LogQlParser
{
    public static LogQlExpr? TryParse(string text, LogQlLimits limits, out QueryFailure? failure) =>
        Guard(text, limits, static cursor =>
        {
            var expr = new MetricParser(cursor).Query();
            return cursor.Current.Kind == LogQlTokenKind.End ? expr : throw cursor.Unexpected();
        }, out failure);

    /// <summary>A stream selector alone, as the label and series APIs take it.</summary>
    public static IReadOnlyList<LabelMatcher>? TryParseSelector(string text, LogQlLimits limits, out QueryFailure? failure) =>
        Guard(text, limits, static cursor =>
        {
            var matchers = new PipelineParser(cursor).Matchers();
            if (cursor.Current.Kind != LogQlTokenKind.End)
                throw new LogQlSyntaxException("only label matchers are supported", cursor.Current.Position);
            return matchers;
        }, out failure);

    private static T? Guard<T>(string text, LogQlLimits limits, Func<TokenCursor, T> parse, out QueryFailure? failure)
        where T : class
    {
        failure = null;
        if (text.Length > limits.MaxQueryLength)
        {
            failure = new QueryFailure(QueryFailureKind.BadQuery, $"parse error : query of {text.Length} characters; the limit is {limits.MaxQueryLength}");
            return null;
        }
        try
        {
            return parse(new TokenCursor(LogQlLexer.Tokenize(text), limits));
        }
        catch (LogQlSyntaxException e)
        {
            failure = new QueryFailure(QueryFailureKind.BadQuery, Message(text, e));
            return null;
        }
    }

    private static string Message(string text, LogQlSyntaxException e)
    {
        if (e.Position < 0)
            return "parse error : " + e.Message;
        var before = text.AsSpan(0, Math.Min(e.Position, text.Length));
        var line = before.Count('\n') + 1;
        var column = before.Length - (before.LastIndexOf('\n') + 1) + 1;
        return $"parse error at line {line}, col {column}: {e.Message}";
    }
}
