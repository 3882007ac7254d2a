using Bongsu.Telemetry.Labels;

namespace Bongsu.Query.PromQL.Syntax;

/// <summary>An expression, or why there is none: <c>line:column: parse error: reason</c>.</summary>
public sealed record PromParseResult(PromExpr? Expr, string? Error);

/// <summary>
/// Parses PromQL. Length, depth and labels are limited, so that no text from outside can exhaust memory or the stack here or in anything that walks the
/// result.
/// </summary>
public static class PromQlParser
{
    public const int MaxLength = 64 * 1024;
    public const int MaxDepth = 250;

    /// <summary>Most labels that one query may name, in matchers and lists together.</summary>
    public const int MaxLabels = 1_000;

    /// <summary>Most regular expressions of one query: each takes a millisecond or two to prepare.</summary>
    public const int MaxRegexes = 250;

    /// <summary>What switches on what Prometheus calls experimental, as error texts name it.</summary>
    public const string ExperimentalFlag = "--promql-experimental";

    /// <param name="query">The text.</param>
    /// <param name="experimental">Whether it may use what Prometheus has behind feature flags (see <see cref="PromQlOptions.Experimental"/>).</param>
    public static PromParseResult Parse(string query, bool experimental = false)
    {
        if (query.Length > MaxLength)
            return new PromParseResult(null, $"1:1: parse error: query of {query.Length} characters; the limit is {MaxLength}");
        try
        {
            var expr = new PromExprParser(PromLexer.Tokenize(query), experimental).Parse();
            PromQlTypeChecker.Check(expr);
            return new PromParseResult(expr, null);
        }
        catch (PromParseException failure)
        {
            return new PromParseResult(null, $"{Place(query, failure.Position)}: parse error: {failure.Message}");
        }
    }

    /// <summary>Parses what /series and /labels take: one selector without modifiers.</summary>
    public static (IReadOnlyList<LabelMatcher>? Matchers, string? Error) ParseSelector(string text)
    {
        var (expr, error) = Parse(text);
        if (error is not null)
            return (null, error);
        return expr is SelectorExpr { OffsetMs: 0, OffsetDuration: null, At.Kind: AtKind.None } selector
            ? (selector.Matchers, null)
            : (null, "1:1: parse error: expected a series selector without modifiers");
    }

    /// <summary>Line and column, from 1.</summary>
    internal static string Place(string query, int position)
    {
        var before = query.AsSpan(0, Math.Min(position, query.Length));
        return $"{before.Count('\n') + 1}:{before.Length - before.LastIndexOf('\n')}";
    }
}
