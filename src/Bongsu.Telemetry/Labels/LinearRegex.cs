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
    public static Regex Anchored(string expression) => new("^(?s:" + Translate(expression) + ")\\z", Options);

    /// <summary>An expression that may match anywhere.</summary>
    /// <exception cref="ArgumentException">As <see cref="Anchored"/>.</exception>
    /// <exception cref="NotSupportedException">As <see cref="Anchored"/>.</exception>
    public static Regex Unanchored(string expression) => new(Translate(expression), Options);

    private static string Translate(string expression)
    {
        if (expression.Length > MaxLength)
            throw new ArgumentException($"Regular expression of {expression.Length} characters; the limit is {MaxLength}.");
        return new Re2Translation(expression).Run();
    }
}
