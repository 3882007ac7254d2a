using System.Globalization;
using System.Text;

namespace Bongsu.Query.LogQL.Templates;

/// <summary>Formats and reads moments by Go's layouts, in which the reference time 2006-01-02 15:04:05 stands for the fields. Pure.</summary>
internal static class GoTime
{
    // Longest first, so that a prefix never wins.
    private static readonly string[] Elements =
    [
        "January", "Monday", "Z07:00", "-07:00", "Z0700", "-0700", "2006", "__2", "002", "Jan", "Mon", "MST", "Z07", "-07", "01", "02", "03", "04", "05", "06", "15", "PM", "pm", "_2",
        "1", "2", "3", "4", "5",
    ];

    public static string Format(Moment moment, string layout)
    {
        var text = new StringBuilder();
        foreach (var (element, literal) in Walk(layout))
            text.Append(element is null ? literal : Field(element, moment));
        return text.ToString();
    }

    /// <summary>Reads a text; a zone in it counts, else <paramref name="zone"/>.</summary>
    public static bool TryParse(string layout, string text, TimeZoneInfo zone, out Moment moment) => new GoTimeReader(text).TryRead(Walk(layout), zone, out moment);

    // Elements of a layout with their text; a null element is literal.
    private static IEnumerable<(string? Element, string Text)> Walk(string layout)
    {
        for (var at = 0; at < layout.Length;)
        {
            var element = Array.Find(Elements, e => string.CompareOrdinal(layout, at, e, 0, e.Length) == 0) ?? Fraction(layout, at);
            yield return (element, element ?? layout.Substring(at, 1));
            at += element?.Length ?? 1;
        }
    }

    // .000 or ,999: that many digits, or as many as there are.
    private static string? Fraction(string layout, int at)
    {
        if (layout[at] is not ('.' or ',') || at + 1 >= layout.Length || layout[at + 1] is not ('0' or '9'))
            return null;
        var end = at + 1;
        while (end < layout.Length && layout[end] == layout[at + 1])
            end++;
        return end < layout.Length && char.IsAsciiDigit(layout[end]) ? null : layout[at..end];
    }

    private static string Field(string element, Moment moment)
    {
        var time = moment.Second;
        var format = element switch
        {
            "January" => "MMMM",
            "Jan" => "MMM",
            "Monday" => "dddd",
            "Mon" => "ddd",
            "2006" => "yyyy",
            "06" => "yy",
            "01" => "MM",
            "1" => "%M",
            "02" => "dd",
            "2" => "%d",
            "15" => "HH",
            "03" => "hh",
            "3" => "%h",
            "04" => "mm",
            "4" => "%m",
            "05" => "ss",
            "5" => "%s",
            "PM" => "tt",
            _ => null,
        };
        if (format is not null)
            return time.ToString(format, CultureInfo.InvariantCulture);
        return element switch
        {
            "pm" => time.Hour < 12 ? "am" : "pm",
            "_2" => time.Day.ToString(CultureInfo.InvariantCulture).PadLeft(2),
            "002" => time.DayOfYear.ToString("000", CultureInfo.InvariantCulture),
            "__2" => time.DayOfYear.ToString(CultureInfo.InvariantCulture).PadLeft(3),
            "MST" => time.Offset == TimeSpan.Zero ? "UTC" : Offset(time.Offset, "-0700"),
            _ when element[0] is 'Z' => time.Offset == TimeSpan.Zero ? "Z" : Offset(time.Offset, element[1..]),
            _ when element[0] is '-' => Offset(time.Offset, element),
            _ => FractionText(element, moment.Nanos),
        };
    }

    private static string Offset(TimeSpan offset, string element)
    {
        var sign = offset < TimeSpan.Zero ? '-' : '+';
        var size = offset.Duration();
        return element.TrimStart('-') switch
        {
            "07:00" => $"{sign}{size:hh\\:mm}",
            "0700" => $"{sign}{size:hhmm}",
            _ => $"{sign}{size:hh}",
        };
    }

    private static string FractionText(string element, int nanos)
    {
        var digits = nanos.ToString("000000000", CultureInfo.InvariantCulture).PadRight(element.Length, '0')[..(element.Length - 1)];
        if (element[1] == '9')
            digits = digits.TrimEnd('0');
        return digits.Length == 0 ? "" : element[..1] + digits;
    }
}
