using System.Globalization;
using System.Text;

namespace Bongsu.Response.Rules;

/// <summary>
/// The part of Prometheus' alert templates that rules live by: <c>{{ $labels.x }}</c>, <c>{{ $value }}</c> and pipes through the humanize family,
/// printf and a few text functions. Anything else is refused when the rule is loaded. Pure.
/// </summary>
internal static class AlertTemplate
{
    private const int MaxLength = 4096;

    public static string Expand(string template, IReadOnlyDictionary<string, string> labels, double value)
    {
        var text = new StringBuilder();
        foreach (var (literal, action) in Parts(template))
        {
            text.Append(literal);
            if (action is not null)
                text.Append(Evaluate(action, labels, value).Text ?? "");
            if (text.Length > MaxLength)
                return text.ToString(0, MaxLength);
        }
        return text.ToString();
    }

    /// <summary>Why a template cannot be expanded; null when it can.</summary>
    public static string? Problem(string template)
    {
        foreach (var (_, action) in Parts(template))
        {
            if (action is not null && Evaluate(action, new Dictionary<string, string>(), 0).Text is null)
                return $"{{{{{action}}}}} is not understood";
        }
        return null;
    }

    private static IEnumerable<(string Literal, string? Action)> Parts(string template)
    {
        var at = 0;
        while (at < template.Length)
        {
            var open = template.IndexOf("{{", at, StringComparison.Ordinal);
            var close = open < 0 ? -1 : template.IndexOf("}}", open, StringComparison.Ordinal);
            if (open < 0 || close < 0)
            {
                yield return (template[at..], open < 0 ? null : template[(open + 2)..]);
                yield break;
            }
            yield return (template[at..open], template[(open + 2)..close]);
            at = close + 2;
        }
    }

    private static (string? Text, double? Number) Evaluate(string action, IReadOnlyDictionary<string, string> labels, double value)
    {
        var stages = action.Trim().Trim('-').Split('|', StringSplitOptions.TrimEntries);
        var current = Operand(stages[0], labels, value);
        foreach (var function in stages.AsSpan(1))
        {
            if (current.Text is null)
                break;
            current = Apply(function, current);
        }
        return current;
    }

    private static (string? Text, double? Number) Operand(string operand, IReadOnlyDictionary<string, string> labels, double value)
    {
        var words = operand.Split(' ', 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (words.Length == 2 && words[0] == "printf" && words[1].LastIndexOf(' ') is > 0 and var gap)
            return Apply($"printf {words[1][..gap].Trim()}", Operand(words[1][(gap + 1)..], labels, value));
        if (words.Length == 2)
            return Apply(words[0], Operand(words[1], labels, value));
        if (operand is "$value" or ".Value")
            return (value.ToString("R", CultureInfo.InvariantCulture), value);
        foreach (var prefix in new[] { "$labels.", ".Labels." })
        {
            if (operand.StartsWith(prefix, StringComparison.Ordinal) && operand.Length > prefix.Length)
                return (labels.GetValueOrDefault(operand[prefix.Length..], ""), null);
        }
        return operand is ['"', .., '"'] && operand.Length >= 2 ? (operand[1..^1], null) : (null, null);
    }

    private static (string? Text, double? Number) Apply(string function, (string? Text, double? Number) operand)
    {
        if (operand.Text is not { } text)
            return (null, null);
        var number = operand.Number ?? (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var parsed) ? parsed : null);
        if (function.StartsWith("printf ", StringComparison.Ordinal))
            return (Printf(function[7..].Trim(), text, number), null);
        return function switch
        {
            "humanize" => (number is { } n ? Humanize.Metric(n) : text, null),
            "humanize1024" => (number is { } n ? Humanize.Binary(n) : text, null),
            "humanizeDuration" => (number is { } n ? Humanize.Duration(n) : text, null),
            "humanizePercentage" => (number is { } n ? Humanize.Percentage(n) : text, null),
            "toUpper" => (text.ToUpperInvariant(), null),
            "toLower" => (text.ToLowerInvariant(), null),
            "title" => (CultureInfo.InvariantCulture.TextInfo.ToTitleCase(text), null),
            _ => (null, null),
        };
    }

    /// <summary>One verb: <c>%s</c>, <c>%v</c>, <c>%d</c>, <c>%.2f</c>, <c>%.3g</c>, with text around it.</summary>
    private static string? Printf(string format, string text, double? number)
    {
        if (format is not ['"', .., '"'] || format.Length < 2)
            return null;
        format = format[1..^1];
        var percent = format.IndexOf('%');
        var end = percent < 0 ? -1 : format.AsSpan(percent).IndexOfAny('f', 's', 'v') is >= 0 and var v ? percent + v : format.AsSpan(percent).IndexOfAny('g', 'd') is >= 0 and var g ? percent + g : -1;
        if (end < 0)
            return null;
        var digits = format[(percent + 1)..end].TrimStart('0', '.');
        var precision = digits.Length == 0 ? (format[percent..end].EndsWith(".0", StringComparison.Ordinal) ? 0 : 6) : int.TryParse(digits, out var given) && given <= 20 ? given : 6;
        var filled = (format[end], number) switch
        {
            ('f', { } n) => n.ToString("F" + precision, CultureInfo.InvariantCulture),
            ('d', { } n) => n.ToString("F0", CultureInfo.InvariantCulture),
            ('g', { } n) => n.ToString("G" + precision, CultureInfo.InvariantCulture),
            _ => text,
        };
        return string.Concat(format.AsSpan(0, percent), filled, format.AsSpan(end + 1)).Replace("%%", "%", StringComparison.Ordinal);
    }
}
