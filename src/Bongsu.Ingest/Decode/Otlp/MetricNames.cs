using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Bongsu.Ingest.Decode.Otlp;

/// <summary>
/// Prometheus names of OTLP metrics and attributes, as Prometheus' own OTLP receiver makes them by default (UnderscoreEscapingWithSuffixes;
/// opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics).
/// </summary>
internal static class MetricNames
{
    private static readonly FrozenDictionary<string, string> s_units = new Dictionary<string, string>
    {
        ["d"] = "days",
        ["h"] = "hours",
        ["min"] = "minutes",
        ["s"] = "seconds",
        ["ms"] = "milliseconds",
        ["us"] = "microseconds",
        ["ns"] = "nanoseconds",
        ["By"] = "bytes",
        ["KiBy"] = "kibibytes",
        ["MiBy"] = "mebibytes",
        ["GiBy"] = "gibibytes",
        ["TiBy"] = "tibibytes",
        ["KBy"] = "kilobytes",
        ["MBy"] = "megabytes",
        ["GBy"] = "gigabytes",
        ["TBy"] = "terabytes",
        ["m"] = "meters",
        ["V"] = "volts",
        ["A"] = "amperes",
        ["J"] = "joules",
        ["W"] = "watts",
        ["g"] = "grams",
        ["Cel"] = "celsius",
        ["Hz"] = "hertz",
        ["1"] = "",
        ["%"] = "percent",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> s_perUnits = new Dictionary<string, string>
    {
        ["s"] = "second",
        ["m"] = "minute",
        ["h"] = "hour",
        ["d"] = "day",
        ["w"] = "week",
        ["mo"] = "month",
        ["y"] = "year",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The family name: tokens joined by one underscore, unit words, then _total (monotonic sums) or _ratio (gauges of unit 1).</summary>
    public static string Family(string name, string unit, bool isMonotonicSum, bool isGauge)
    {
        var tokens = Tokens(name);
        AddUnit(tokens, unit.Trim());
        if (isMonotonicSum)
            MoveLast(tokens, "total");
        if (isGauge && unit == "1")
            MoveLast(tokens, "ratio");
        var family = string.Join('_', tokens);
        return family.Length > 0 && char.IsAsciiDigit(family[0]) ? "_" + family : family;
    }

    /// <summary>The unit as Prometheus metadata spells it: the words that the name carries.</summary>
    public static string UnitText(string unit)
    {
        var words = new List<string>();
        AddUnit(words, unit.Trim());
        return string.Join('_', words);
    }

    /// <summary>A label name: invalid characters become underscores; a leading digit or single underscore is prefixed.</summary>
    public static void Label(ReadOnlySpan<byte> key, ByteBuffer into)
    {
        into.Clear();
        if (key.IsEmpty)
            return;
        if (key[0] is >= (byte)'0' and <= (byte)'9')
            into.Append("key_"u8);
        else if (!IsLabelByte(key[0]) || key[0] == '_')
        {
            var second = key.Length > 1 ? key[1] : (byte)'x';
            if (IsLabelByte(second) && second != '_')
                into.Append("key"u8);
        }
        for (var i = 0; i < key.Length; i++)
        {
            // Why: one underscore for a whole character, not one for each of its UTF-8 bytes.
            if ((key[i] & 0xC0) != 0x80)
                into.Append(IsLabelByte(key[i]) ? key[i] : (byte)'_');
        }
    }

    /// <summary>A number as label value: shortest digits that round-trip, never an exponent (Go's FormatFloat 'f', -1).</summary>
    public static string Number(double value)
    {
        if (double.IsPositiveInfinity(value))
            return "+Inf";
        if (double.IsNegativeInfinity(value))
            return "-Inf";
        if (double.IsNaN(value))
            return "NaN";
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        var e = text.IndexOf('E');
        return e < 0 ? text : Plain(text.AsSpan(0, e), int.Parse(text.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture));
    }

    private static string Plain(ReadOnlySpan<char> mantissa, int exponent)
    {
        var text = new StringBuilder();
        if (mantissa[0] == '-')
        {
            text.Append('-');
            mantissa = mantissa[1..];
        }
        var dot = mantissa.IndexOf('.');
        var digits = dot < 0 ? mantissa.ToString() : string.Concat(mantissa[..dot], mantissa[(dot + 1)..]);
        var point = (dot < 0 ? mantissa.Length : dot) + exponent;
        if (point <= 0)
            return text.Append("0.").Append('0', -point).Append(digits).ToString();
        return point >= digits.Length
            ? text.Append(digits).Append('0', point - digits.Length).ToString()
            : text.Append(digits, 0, point).Append('.').Append(digits, point, digits.Length - point).ToString();
    }

    private static List<string> Tokens(string name)
    {
        var tokens = new List<string>();
        var start = -1;
        for (var i = 0; i <= name.Length; i++)
        {
            var inside = i < name.Length && (char.IsAsciiLetterOrDigit(name[i]) || name[i] == ':');
            if (inside && start < 0)
                start = i;
            if (inside || start < 0)
                continue;
            tokens.Add(name[start..i]);
            start = -1;
        }
        return tokens;
    }

    private static void AddUnit(List<string> tokens, string unit)
    {
        var slash = unit.IndexOf('/');
        var main = (slash < 0 ? unit : unit[..slash]).Trim();
        var per = slash < 0 ? "" : unit[(slash + 1)..].Trim();
        if (!main.Contains('{') && !main.Contains('}') && Word(s_units, main) is { Length: > 0 } word && !tokens.Contains(word))
            tokens.Add(word);
        if (per.Contains('{') || per.Contains('}') || Word(s_perUnits, per) is not { Length: > 0 } perWord || tokens.Contains(perWord))
            return;
        tokens.Add("per");
        tokens.Add(perWord);
    }

    private static string Word(FrozenDictionary<string, string> table, string unit) => table.TryGetValue(unit, out var word) ? word : string.Join('_', Tokens(unit));

    private static void MoveLast(List<string> tokens, string token)
    {
        tokens.RemoveAll(t => t == token);
        tokens.Add(token);
    }

    private static bool IsLabelByte(byte b) => b is (>= (byte)'a' and <= (byte)'z') or (>= (byte)'A' and <= (byte)'Z') or (>= (byte)'0' and <= (byte)'9') or (byte)'_';
}
