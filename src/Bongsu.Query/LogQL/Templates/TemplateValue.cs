using System.Globalization;
using Bongsu.Query.LogQL.Stages;

namespace Bongsu.Query.LogQL.Templates;

/// <summary>Values of templates: text, whole and floating numbers, booleans, moments, lists and maps. Pure.</summary>
internal static class TemplateValue
{
    public static bool IsTrue(object? value) => value switch
    {
        null => false,
        string text => text.Length > 0,
        bool flag => flag,
        long whole => whole != 0,
        double number => number != 0,
        IReadOnlyList<object?> list => list.Count > 0,
        IReadOnlyDictionary<string, object?> map => map.Count > 0,
        _ => true,
    };

    public static string Text(object? value) => value switch
    {
        null => "<no value>",
        string text => text,
        bool flag => flag ? "true" : "false",
        long whole => whole.ToString(CultureInfo.InvariantCulture),
        double number => GoNumber.Shortest(number),
        Moment moment => moment.ToString(),
        IReadOnlyList<object?> list => "[" + string.Join(' ', list.Select(Text)) + "]",
        IReadOnlyDictionary<string, object?> map => "map[" + string.Join(' ', map.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}:{Text(p.Value)}")) + "]",
        LineState line => $"map[{string.Join(' ', Labels(line).Select(l => $"{l.Key}:{l.Value}"))}]",
        _ => value.ToString() ?? "",
    };

    public static List<(object? Key, object? Item)> Items(object? value) => value switch
    {
        IReadOnlyList<object?> list => [.. list.Select((item, i) => ((object?)(long)i, item))],
        IReadOnlyDictionary<string, object?> map => [.. map.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => ((object?)p.Key, p.Value))],
        LineState line => [.. Labels(line).Select(l => ((object?)l.Key, (object?)l.Value))],
        null => [],
        _ => throw new TemplateException($"range can't iterate over {Text(value)}"),
    };

    private static SortedDictionary<string, string> Labels(LineState line)
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < line.Count; i++)
            labels[line[i].Name] = line[i].Value;
        return labels;
    }

    /// <summary>Any value as a floating number; what is none counts as 0.</summary>
    public static double Number(object? value) => value switch
    {
        long whole => whole,
        double number => number,
        bool flag => flag ? 1 : 0,
        string text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
        _ => 0,
    };

    /// <summary>Any value as a whole number; fractions of numbers are cut, text that is no whole number counts as 0.</summary>
    public static long Whole(object? value) => value switch
    {
        long whole => whole,
        string text => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? whole : 0,
        _ => Number(value) is var number && double.IsFinite(number) && Math.Abs(number) < 9.2e18 ? (long)number : 0,
    };
}
