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
    public static Regex Anchored(string expression) => new("^(?s:" + Translate(expression) + ")\\z", Options);

    /// <summary>An expression that may match anywhere.</summary>
    public static Regex Unanchored(string expression) => new(Translate(expression), Options);

    // RE2 spells a few things in its own way: (?P<name>…) for (?<name>…).
    private static string Translate(string expression)
    {
        if (expression.Length > MaxLength)
            throw new ArgumentException($"Regular expression of {expression.Length} characters; the limit is {MaxLength}.");
        return expression.Replace("(?P<", "(?<", StringComparison.Ordinal);
    }
}
