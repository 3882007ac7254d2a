using System.Globalization;
using System.Text;
using System.Text.Json;
using Bongsu.Query.LogQL.Parsing;
using Bongsu.Query.LogQL.Stages;

namespace Bongsu.Query.LogQL.Templates;

/// <summary>The functions of LogQL templates, by name. Pure.</summary>
internal static class TemplateFunctions
{
    private const int MaxJsonDepth = 32;
    private const int MaxWidth = 10_000;

    private delegate object? Function(List<object?> arguments, LineState line);

    private static readonly Dictionary<string, (int Least, Function Call)> Known = new()
    {
        ["__line__"] = (0, (_, line) => line.Line),
        ["__timestamp__"] = (0, (_, line) => Moment.OfUnixNanos(line.TimeUnixNano)),
        ["now"] = (0, (_, line) => Moment.Of(line.Now)),
        ["ToLower"] = Text(s => s.ToLowerInvariant()),
        ["ToUpper"] = Text(s => s.ToUpperInvariant()),
        ["lower"] = Text(s => s.ToLowerInvariant()),
        ["upper"] = Text(s => s.ToUpperInvariant()),
        ["title"] = Text(CultureInfo.InvariantCulture.TextInfo.ToTitleCase),
        ["trim"] = Text(s => s.Trim()),
        ["TrimSpace"] = Text(s => s.Trim()),
        ["b64enc"] = Text(s => Convert.ToBase64String(Encoding.UTF8.GetBytes(s))),
        ["b64dec"] = Text(Base64),
        ["urlencode"] = Text(s => Uri.EscapeDataString(s).Replace("%20", "+", StringComparison.Ordinal)),
        ["urlquery"] = Text(s => Uri.EscapeDataString(s).Replace("%20", "+", StringComparison.Ordinal)),
        ["urldecode"] = Text(UrlDecode),
        ["fromJson"] = (1, (a, _) => FromJson(S(a, 0))),
        ["Replace"] = (4, (a, _) => Replace(S(a, 0), S(a, 1), S(a, 2), N(a, 3))),
        ["replace"] = (3, (a, _) => S(a, 0).Length == 0 ? S(a, 2) : S(a, 2).Replace(S(a, 0), S(a, 1), StringComparison.Ordinal)),
        ["Trim"] = (2, (a, _) => S(a, 0).Trim(S(a, 1).ToCharArray())),
        ["TrimLeft"] = (2, (a, _) => S(a, 0).TrimStart(S(a, 1).ToCharArray())),
        ["TrimRight"] = (2, (a, _) => S(a, 0).TrimEnd(S(a, 1).ToCharArray())),
        ["TrimPrefix"] = (2, (a, _) => CutPrefix(S(a, 0), S(a, 1))),
        ["TrimSuffix"] = (2, (a, _) => CutSuffix(S(a, 0), S(a, 1))),
        ["trimAll"] = (2, (a, _) => S(a, 1).Trim(S(a, 0).ToCharArray())),
        ["trimPrefix"] = (2, (a, _) => CutPrefix(S(a, 1), S(a, 0))),
        ["trimSuffix"] = (2, (a, _) => CutSuffix(S(a, 1), S(a, 0))),
        ["hasPrefix"] = (2, (a, _) => S(a, 1).StartsWith(S(a, 0), StringComparison.Ordinal)),
        ["hasSuffix"] = (2, (a, _) => S(a, 1).EndsWith(S(a, 0), StringComparison.Ordinal)),
        ["contains"] = (2, (a, _) => S(a, 1).Contains(S(a, 0), StringComparison.Ordinal)),
        ["repeat"] = (2, (a, _) => Repeat(S(a, 1), N(a, 0))),
        ["indent"] = (2, (a, _) => Indent(S(a, 1), N(a, 0))),
        ["nindent"] = (2, (a, _) => "\n" + Indent(S(a, 1), N(a, 0))),
        ["trunc"] = (2, (a, _) => Truncate(S(a, 1), N(a, 0))),
        ["substr"] = (3, (a, _) => Substring(S(a, 2), N(a, 0), N(a, 1))),
        ["slice"] = (1, (a, _) => Slice(a)),
        ["len"] = (1, (a, _) => a[0] is string s ? Encoding.UTF8.GetByteCount(s) : (long)TemplateValue.Items(a[0]).Count),
        ["alignLeft"] = (2, (a, _) => Align(S(a, 1), N(a, 0), left: true)),
        ["alignRight"] = (2, (a, _) => Align(S(a, 1), N(a, 0), left: false)),
        ["count"] = (2, (a, _) => (long)TemplateRegex.Of(S(a, 0)).Count(S(a, 1))),
        ["regexReplaceAll"] = (3, (a, _) => TemplateRegex.Replace(S(a, 0), S(a, 1), S(a, 2))),
        ["regexReplaceAllLiteral"] = (3, (a, _) => TemplateRegex.Of(S(a, 0)).Replace(S(a, 1), _ => S(a, 2))),
        ["default"] = (2, (a, _) => TemplateValue.IsTrue(a[1]) ? a[1] : a[0]),
        ["int"] = (1, (a, _) => TemplateValue.Whole(a[0])),
        ["float64"] = (1, (a, _) => TemplateValue.Number(a[0])),
        ["add"] = (1, (a, _) => a.Aggregate(0L, (sum, v) => sum + TemplateValue.Whole(v))),
        ["sub"] = (2, (a, _) => TemplateValue.Whole(a[0]) - TemplateValue.Whole(a[1])),
        ["mul"] = (1, (a, _) => a.Aggregate(1L, (product, v) => product * TemplateValue.Whole(v))),
        ["div"] = (2, (a, _) => Divide(TemplateValue.Whole(a[0]), TemplateValue.Whole(a[1]), remainder: false)),
        ["mod"] = (2, (a, _) => Divide(TemplateValue.Whole(a[0]), TemplateValue.Whole(a[1]), remainder: true)),
        ["max"] = (1, (a, _) => a.Max(TemplateValue.Whole)),
        ["min"] = (1, (a, _) => a.Min(TemplateValue.Whole)),
        ["addf"] = (1, (a, _) => a.Aggregate(0m, (sum, v) => sum + Exact(v)) is var sum ? (double)sum : 0),
        ["subf"] = (1, (a, _) => Fold(a, (x, y) => x - y)),
        ["mulf"] = (1, (a, _) => Fold(a, (x, y) => x * y)),
        ["divf"] = (1, (a, _) => Fold(a, (x, y) => y != 0 ? x / y : throw new TemplateException("division by 0"))),
        ["maxf"] = (1, (a, _) => a.Max(TemplateValue.Number)),
        ["minf"] = (1, (a, _) => a.Min(TemplateValue.Number)),
        ["ceil"] = (1, (a, _) => Math.Ceiling(TemplateValue.Number(a[0]))),
        ["floor"] = (1, (a, _) => Math.Floor(TemplateValue.Number(a[0]))),
        ["round"] = (2, (a, _) => Round(TemplateValue.Number(a[0]), N(a, 1), a.Count > 2 ? TemplateValue.Number(a[2]) : 0.5)),
        ["bytes"] = (1, (a, _) => LogQlUnits.TryBytes(S(a, 0), out var bytes) ? bytes : throw new TemplateException($"\"{S(a, 0)}\" is no byte size")),
        ["duration"] = (1, (a, _) => Seconds(S(a, 0))),
        ["duration_seconds"] = (1, (a, _) => Seconds(S(a, 0))),
        ["date"] = (2, (a, line) => GoTime.Format(AnyTime(a[1], line), S(a, 0))),
        ["unixEpoch"] = (1, (a, _) => Time(a, 0).UnixSeconds.ToString(CultureInfo.InvariantCulture)),
        ["unixEpochMillis"] = (1, (a, _) => (Time(a, 0).UnixNanos / 1_000_000).ToString(CultureInfo.InvariantCulture)),
        ["unixEpochNanos"] = (1, (a, _) => Time(a, 0).UnixNanos.ToString(CultureInfo.InvariantCulture)),
        ["toDate"] = (2, (a, _) => ToDate(S(a, 0), "UTC", S(a, 1))),
        ["toDateInZone"] = (3, (a, _) => ToDate(S(a, 0), S(a, 1), S(a, 2))),
        ["unixToTime"] = (1, (a, _) => UnixToTime(S(a, 0))),
        ["eq"] = (2, (a, _) => a.Skip(1).Any(v => Compare(a[0], v) == 0)),
        ["ne"] = (2, (a, _) => Compare(a[0], a[1]) != 0),
        ["lt"] = (2, (a, _) => Compare(a[0], a[1]) < 0),
        ["le"] = (2, (a, _) => Compare(a[0], a[1]) <= 0),
        ["gt"] = (2, (a, _) => Compare(a[0], a[1]) > 0),
        ["ge"] = (2, (a, _) => Compare(a[0], a[1]) >= 0),
        ["and"] = (1, (a, _) => a.Find(v => !TemplateValue.IsTrue(v)) is var none && a.TrueForAll(TemplateValue.IsTrue) ? a[^1] : none),
        ["or"] = (1, (a, _) => a.Find(TemplateValue.IsTrue) ?? a[^1]),
        ["not"] = (1, (a, _) => !TemplateValue.IsTrue(a[0])),
        ["print"] = (0, (a, _) => string.Concat(a.Select(TemplateValue.Text))),
        ["println"] = (0, (a, _) => string.Join(' ', a.Select(TemplateValue.Text)) + "\n"),
        ["printf"] = (1, (a, _) => GoFormat.Format(S(a, 0), a.GetRange(1, a.Count - 1))),
        ["html"] = Text(System.Net.WebUtility.HtmlEncode),
        ["index"] = (2, (a, _) => a.Skip(1).Aggregate(a[0], Index)),
    };

    public static bool IsKnown(string name) => Known.ContainsKey(name);

    public static object? Call(string name, List<object?> arguments, LineState line)
    {
        var (least, call) = Known[name];
        if (arguments.Count < least)
            throw new TemplateException($"wrong number of args for {name}: want {least} got {arguments.Count}");
        try
        {
            return call(arguments, line);
        }
        catch (Exception e) when (e is ArgumentException or OverflowException or LogQlSyntaxException)
        {
            throw new TemplateException($"error calling {name}: {e.Message}");
        }
    }

    private static (int, Function) Text(Func<string, string> function) => (1, (a, _) => function(S(a, 0)));

    private static string S(List<object?> arguments, int index) => arguments[index] is string text ? text : TemplateValue.Text(arguments[index]);

    private static int N(List<object?> arguments, int index) => (int)Math.Clamp(TemplateValue.Whole(arguments[index]), int.MinValue, int.MaxValue);

    private static Moment Time(List<object?> arguments, int index) =>
        arguments[index] is Moment moment ? moment : throw new TemplateException("argument is no time");

    // Numbers are seconds; what is no time at all means now.
    private static Moment AnyTime(object? value, LineState line) => value switch
    {
        Moment moment => moment,
        long seconds => Moment.OfUnixNanos(Math.Clamp(seconds, -9_000_000_000, 9_000_000_000) * 1_000_000_000),
        _ => Moment.Of(line.Now),
    };

    // A byte sequence that is no UTF-8 cannot stand in a line; it becomes replacement characters.
    private static string Base64(string text)
    {
        text = text.PadRight((text.Length + 3) / 4 * 4, '=');
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var count) ? Encoding.UTF8.GetString(bytes, 0, count) : throw new TemplateException("illegal base64 data");
    }

    private static string UrlDecode(string text)
    {
        for (var i = text.IndexOf('%'); i >= 0; i = text.IndexOf('%', i + 1))
        {
            if (i + 2 >= text.Length || !char.IsAsciiHexDigit(text[i + 1]) || !char.IsAsciiHexDigit(text[i + 2]))
                throw new TemplateException($"invalid URL escape in \"{text}\"");
        }
        return Uri.UnescapeDataString(text.Replace('+', ' '));
    }

    private static object? FromJson(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = MaxJsonDepth });
            return Convert(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }

        static object? Convert(JsonElement element) => element.ValueKind switch
        {
            JsonValueKind.Object => element.EnumerateObject().GroupBy(p => p.Name).ToDictionary(p => p.Key, p => Convert(p.Last().Value)),
            JsonValueKind.Array => element.EnumerateArray().Select(Convert).ToList(),
            JsonValueKind.String => element.GetString(),
            JsonValueKind.Number => element.GetDouble(),
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => null,
        };
    }

    private static string Replace(string text, string old, string by, int count)
    {
        if (count < 0 || old.Length == 0)
            return old.Length == 0 ? text : text.Replace(old, by, StringComparison.Ordinal);
        var result = new StringBuilder();
        var at = 0;
        for (; count > 0 && text.IndexOf(old, at, StringComparison.Ordinal) is var found && found >= 0; count--)
        {
            result.Append(text, at, found - at).Append(by);
            at = found + old.Length;
        }
        return result.Append(text, at, text.Length - at).ToString();
    }

    private static string CutPrefix(string text, string prefix) => text.StartsWith(prefix, StringComparison.Ordinal) ? text[prefix.Length..] : text;

    private static string CutSuffix(string text, string suffix) => text.EndsWith(suffix, StringComparison.Ordinal) ? text[..^suffix.Length] : text;

    private static string Repeat(string text, int count) => (long)text.Length * Math.Max(0, count) > 100_000
        ? throw new TemplateException("repeat: over 100000 characters")
        : new StringBuilder().Insert(0, text, Math.Max(0, count)).ToString();

    private static string Indent(string text, int width)
    {
        var pad = new string(' ', Math.Clamp(width, 0, MaxWidth));
        return pad + text.Replace("\n", "\n" + pad, StringComparison.Ordinal);
    }

    private static string Truncate(string text, int count)
    {
        var size = Math.Abs((long)count);
        if (size >= text.Length)
            return text;
        return count < 0 ? text[(int)(text.Length - size)..] : text[..count];
    }

    private static string Substring(string text, int start, int end)
    {
        start = Math.Clamp(start, 0, text.Length);
        end = end < 0 || end > text.Length ? text.Length : end;
        return start <= end ? text[start..end] : "";
    }

    private static object? Slice(List<object?> arguments)
    {
        var text = S(arguments, 0);
        var start = arguments.Count > 1 ? N(arguments, 1) : 0;
        var end = arguments.Count > 2 ? N(arguments, 2) : text.Length;
        return start >= 0 && start <= end && end <= text.Length ? text[start..end] : throw new TemplateException($"slice: index out of range: {end}");
    }

    private static string Align(string text, int width, bool left)
    {
        width = Math.Clamp(width, 0, MaxWidth);
        if (text.Length > width)
            return left ? text[..width] : text[^width..];
        return left ? text.PadRight(width) : text.PadLeft(width);
    }

    private static long Divide(long left, long right, bool remainder) => right == 0
        ? throw new TemplateException("integer divide by zero")
        : remainder ? left % right : left / right;

    // Decimal arithmetic for sums: 0.1 + 0.2 is 0.3.
    private static decimal Exact(object? value) => (decimal)Math.Clamp(TemplateValue.Number(value), -1e27, 1e27);

    private static double Fold(List<object?> arguments, Func<double, double, double> fold) => arguments.Select(TemplateValue.Number).Aggregate(fold);

    private static double Round(double value, int digits, double roundOn)
    {
        var scale = Math.Pow(10, Math.Clamp(digits, 0, 15));
        var digit = value * scale;
        return (digit - Math.Truncate(digit) >= roundOn ? Math.Ceiling(digit) : Math.Floor(digit)) / scale;
    }

    private static double Seconds(string text) =>
        LogQlUnits.TryDurationNanos(text, out var nanos) ? nanos / 1e9 : throw new TemplateException($"\"{text}\" is no duration");

    private static object? ToDate(string layout, string zone, string text)
    {
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found))
            found = TimeZoneInfo.Utc;
        return GoTime.TryParse(layout, text, found, out var time) ? time : Moment.Zero;
    }

    private static object? UnixToTime(string text)
    {
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            throw new TemplateException($"unable to parse time '{text}'");
        return text.Length switch
        {
            5 => Moment.OfUnixNanos(number * 86_400_000_000_000),
            10 => Moment.OfUnixNanos(number * 1_000_000_000),
            13 => Moment.OfUnixNanos(number * 1_000_000),
            16 => Moment.OfUnixNanos(number * 1_000),
            19 => Moment.OfUnixNanos(number),
            _ => throw new TemplateException($"unable to parse time '{text}'"),
        };
    }

    private static int Compare(object? left, object? right) => (left, right) switch
    {
        (string a, string b) => string.CompareOrdinal(a, b),
        (bool a, bool b) => a.CompareTo(b),
        (long or double, long or double) => TemplateValue.Number(left).CompareTo(TemplateValue.Number(right)),
        (null, null) => 0,
        _ => throw new TemplateException("incompatible types for comparison"),
    };

    private static object? Index(object? value, object? key) => value switch
    {
        IReadOnlyDictionary<string, object?> map => map.GetValueOrDefault(TemplateValue.Text(key)),
        IReadOnlyList<object?> list when TemplateValue.Whole(key) is >= 0 and var i && i < list.Count => list[(int)i],
        LineState line => line.Get(TemplateValue.Text(key)),
        _ => throw new TemplateException("index out of range"),
    };
}
