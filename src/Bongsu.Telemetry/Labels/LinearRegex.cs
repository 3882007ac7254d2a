using System.Text.RegularExpressions;

namespace Bongsu.Telemetry.Labels;

/// <summary>
/// Regular expressions as users of Prometheus and Loki write them (RE2 syntax), run by the linear-time engine of the framework, so that no
/// expression from outside can take exponential time.
/// </summary>
public static class LinearRegex
{
    /// <summary>The longest expression taken, in characters.</summary>
    public const int MaxLength = 16 * 1024;

    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    /// <summary>An expression that must match the whole text. The dot matches line ends too, as in Prometheus.</summary>
    /// <exception cref="ArgumentException">It is no expression (with the place), or too long or too large.</exception>
    /// <exception cref="NotSupportedException">It has a construct without a linear-time form.</exception>
    public static Regex Anchored(string expression) => Compile("^(?s:" + Translate(expression) + ")\\z");

    /// <summary>An expression that may match anywhere.</summary>
    /// <exception cref="ArgumentException">As <see cref="Anchored"/>.</exception>
    /// <exception cref="NotSupportedException">As <see cref="Anchored"/>.</exception>
    public static Regex Unanchored(string expression) => Compile(Translate(expression));

    // The framework tells of places in its own form of the expression, which its writer has never seen.
    private static Regex Compile(string translated)
    {
        try
        {
            return new Regex(translated, Options);
        }
        catch (RegexParseException e)
        {
            throw new ArgumentException(Reason(e), e);
        }
    }

    private static string Reason(RegexParseException e) => e.Error switch
    {
        RegexParseError.NestedQuantifiersNotParenthesized => "invalid nested repetition operator (one of * + ? {} follows another)",
        RegexParseError.QuantifierAfterNothing => "missing argument to repetition operator (nothing stands before * + ? or {})",
        RegexParseError.ReversedQuantifierRange => "invalid repeat count: the first number is greater than the second",
        RegexParseError.ReversedCharacterRange => "invalid character class range: its ends stand in the wrong order",
        RegexParseError.UnrecognizedUnicodeProperty or RegexParseError.InvalidUnicodePropertyEscape or RegexParseError.MalformedUnicodePropertyEscape => "invalid character class range: no such Unicode class",
        RegexParseError.CaptureGroupNameInvalid => "invalid named capture",
        var error => $"invalid expression ({error})",
    };

    private static string Translate(string expression)
    {
        if (expression.Length > MaxLength)
            throw new ArgumentException($"Regular expression of {expression.Length} characters; the limit is {MaxLength}.");
        return new Re2Translation(expression).Run();
    }
}
