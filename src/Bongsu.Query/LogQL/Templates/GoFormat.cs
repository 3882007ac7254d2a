using System.Globalization;
using System.Text;
using Bongsu.Query.LogQL.Parsing;

namespace Bongsu.Query.LogQL.Templates;

/// <summary>Go's <c>printf</c>: the verbs that texts, numbers and booleans have. What does not fit is said in the output, as Go does. Pure.</summary>
internal static class GoFormat
{
    private const int MaxWidth = 10_000;

    public static string Format(string format, IReadOnlyList<object?> arguments)
    {
        var text = new StringBuilder();
        var next = 0;
        for (var at = 0; at < format.Length;)
        {
            if (format[at] != '%')
            {
                text.Append(format[at++]);
                continue;
            }
            at++;
            var spec = Spec.Read(format, ref at, arguments, ref next);
            if (at >= format.Length)
            {
                text.Append("%!(NOVERB)");
                break;
            }
            var verb = format[at++];
            if (verb == '%')
                text.Append('%');
            else if (next >= arguments.Count)
                text.Append("%!").Append(verb).Append("(MISSING)");
            else
                text.Append(spec.Pad(One(verb, spec, arguments[next++])));
        }
        if (next < arguments.Count)
            text.Append("%!(EXTRA ").AppendJoin(", ", arguments.Skip(next).Select(a => $"{TypeName(a)}={TemplateValue.Text(a)}")).Append(')');
        return text.ToString();
    }

    private static string One(char verb, Spec spec, object? value) => (verb, value) switch
    {
        ('v', _) => TemplateValue.Text(value),
        ('s', string text) => spec.Cut(text),
        ('s', null) => "%!s(<nil>)",
        ('s', not (long or double or bool)) => spec.Cut(TemplateValue.Text(value)),
        ('q', string text) => LogQlText.Quote(spec.Cut(text)),
        ('x', string text) => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text)),
        ('X', string text) => Convert.ToHexString(Encoding.UTF8.GetBytes(text)),
        ('d', long whole) => spec.Signed(whole.ToString(CultureInfo.InvariantCulture)),
        ('x', long whole) => whole.ToString("x", CultureInfo.InvariantCulture),
        ('X', long whole) => whole.ToString("X", CultureInfo.InvariantCulture),
        ('o', long whole) => Convert.ToString(whole, 8),
        ('b', long whole) => Convert.ToString(whole, 2),
        ('c', long whole) => Rune.IsValid((int)Math.Clamp(whole, -1, int.MaxValue)) ? new Rune((int)whole).ToString() : "\ufffd",
        ('t', bool flag) => flag ? "true" : "false",
        ('f' or 'F', double number) => spec.Signed(Fixed(number, spec.Precision ?? 6)),
        ('e' or 'E', double number) => spec.Signed(Exponent(number, spec.Precision ?? 6, verb)),
        ('g' or 'G', double number) => spec.Signed(GoNumber.Shortest(number)),
        _ => value is null ? $"%!{verb}(<nil>)" : $"%!{verb}({TypeName(value)}={TemplateValue.Text(value)})",
    };

    private static string Fixed(double number, int precision) =>
        double.IsFinite(number) ? number.ToString("F" + Math.Min(precision, 99).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) : GoNumber.Shortest(number);

    private static string Exponent(double number, int precision, char verb) => double.IsFinite(number)
        ? number.ToString((precision == 0 ? "0" : "0." + new string('0', Math.Min(precision, 99))) + verb + "+00", CultureInfo.InvariantCulture)
        : GoNumber.Shortest(number);

    private static string TypeName(object? value) => value switch { null => "<nil>", string => "string", long => "int", double => "float64", bool => "bool", Moment => "time.Time", _ => "interface {}" };

    /// <summary>What stands between the percent sign and the verb.</summary>
    private readonly record struct Spec(bool Left, bool Plus, bool Zero, int Width, int? Precision)
    {
        public static Spec Read(string format, ref int at, IReadOnlyList<object?> arguments, ref int next)
        {
            bool left = false, plus = false, zero = false;
            for (; at < format.Length && format[at] is '-' or '+' or '0' or ' ' or '#'; at++)
                (left, plus, zero) = (left || format[at] == '-', plus || format[at] == '+', zero || format[at] == '0');
            var width = Number(format, ref at, arguments, ref next) ?? 0;
            int? precision = null;
            if (at < format.Length && format[at] == '.')
            {
                at++;
                precision = Number(format, ref at, arguments, ref next) ?? 0;
            }
            return new Spec(left || width < 0, plus, zero, Math.Min(Math.Abs(width), MaxWidth), precision);
        }

        public string Cut(string text) => Precision is { } most && new StringInfo(text).LengthInTextElements > most ? new StringInfo(text).SubstringByTextElements(0, most) : text;

        public string Signed(string number) => Plus && number[0] is not ('-' or '+') ? "+" + number : number;

        public string Pad(string text)
        {
            if (text.Length >= Width)
                return text;
            if (Left)
                return text.PadRight(Width);
            var hasSign = text.Length > 0 && text[0] is '-' or '+';
            return Zero && (hasSign || text.AsSpan().IndexOfAnyExceptInRange('0', '9') is -1 or > 0) ? (hasSign ? text[..1] : "") + text[(hasSign ? 1 : 0)..].PadLeft(Width - (hasSign ? 1 : 0), '0') : text.PadLeft(Width);
        }

        private static int? Number(string format, ref int at, IReadOnlyList<object?> arguments, ref int next)
        {
            if (at < format.Length && format[at] == '*')
            {
                at++;
                return next < arguments.Count ? (int)Math.Clamp(TemplateValue.Whole(arguments[next++]), -MaxWidth, MaxWidth) : null;
            }
            var start = at;
            while (at < format.Length && char.IsAsciiDigit(format[at]))
                at++;
            return at == start ? null : int.TryParse(format.AsSpan(start, at - start), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? Math.Min(number, MaxWidth) : MaxWidth;
        }
    }
}
