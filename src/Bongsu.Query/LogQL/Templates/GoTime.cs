using System.Globalization;
using System.Text;

namespace Bongsu.Query.LogQL.Templates;

/// <summary>Formats and reads moments by Go's layouts, in which the reference time 2006-01-02 15:04:05 stands for the fields. Pure.</summary>
internal static class GoTime
{
    // Go's layout elements with .NET's; longest first.
    private static readonly (string Go, string Net)[] Elements =
    [
        ("January", "MMMM"), ("Monday", "dddd"), ("2006", "yyyy"), ("-07:00", "zzz"), ("Z07:00", "K"), ("-0700", "zzz"), ("Jan", "MMM"), ("Mon", "ddd"), ("MST", "'UTC'"),
        ("01", "MM"), ("02", "dd"), ("15", "HH"), ("03", "hh"), ("04", "mm"), ("05", "ss"), ("06", "yy"), ("PM", "tt"),
        (".000000000", ".fffffff00"), (".999999999", ".FFFFFFF"), (".000000", ".ffffff"), (".999999", ".FFFFFF"), (".000", ".fff"), (".999", ".FFF"), ("_2", "%d"), ("1", "%M"), ("2", "%d"), ("3", "%h"),
    ];

    public static string Format(DateTimeOffset time, string layout)
    {
        var text = new StringBuilder();
        Walk(layout, (literal, element) =>
        {
            if (element is null)
                text.Append(literal);
            else if (literal == "Z07:00" && time.Offset == TimeSpan.Zero)
                text.Append('Z');
            else if (literal == "-0700")
                text.Append(time.ToString("zzz", CultureInfo.InvariantCulture).Replace(":", "", StringComparison.Ordinal));
            else
                text.Append(time.ToString(element == "K" ? "zzz" : element.Length == 1 ? "%" + element : element, CultureInfo.InvariantCulture));
        });
        return text.ToString();
    }

    public static bool TryParse(string layout, string text, TimeZoneInfo zone, out DateTimeOffset time)
    {
        var format = new StringBuilder();
        Walk(layout, (literal, element) =>
        {
            if (element is not null)
                format.Append(element.TrimStart('%'));
            else
                format.Append('\'').Append(literal.Replace("'", "", StringComparison.Ordinal)).Append('\'');
        });
        time = default;
        if (!DateTime.TryParseExact(text, format.ToString(), CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
            return false;
        local = DateTime.SpecifyKind(local, DateTimeKind.Unspecified);
        time = new DateTimeOffset(local, zone.GetUtcOffset(local));
        return true;
    }

    private static void Walk(string layout, Action<string, string?> take)
    {
        var at = 0;
        while (at < layout.Length)
        {
            var found = Array.Find(Elements, e => string.CompareOrdinal(layout, at, e.Go, 0, e.Go.Length) == 0);
            take(found.Go ?? layout[at..(at + 1)], found.Net);
            at += found.Go?.Length ?? 1;
        }
    }
}
