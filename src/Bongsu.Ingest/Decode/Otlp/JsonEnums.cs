using System.Text;

namespace Bongsu.Ingest.Decode.Otlp;

/// <summary>Names of OTLP's enums, which some senders write instead of numbers.</summary>
internal static class JsonEnums
{
    private static readonly Dictionary<string, string[]> s_names = new()
    {
        ["SPAN_KIND_"] = ["UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"],
        ["STATUS_CODE_"] = ["UNSET", "OK", "ERROR"],
        ["AGGREGATION_TEMPORALITY_"] = ["UNSPECIFIED", "DELTA", "CUMULATIVE"],
        ["SEVERITY_NUMBER_"] = ["UNSPECIFIED", "TRACE", "TRACE2", "TRACE3", "TRACE4", "DEBUG", "DEBUG2", "DEBUG3", "DEBUG4", "INFO", "INFO2", "INFO3", "INFO4",
            "WARN", "WARN2", "WARN3", "WARN4", "ERROR", "ERROR2", "ERROR3", "ERROR4", "FATAL", "FATAL2", "FATAL3", "FATAL4"],
    };

    public static bool TryNumber(string prefix, ReadOnlySpan<byte> text, out int number)
    {
        number = -1;
        if (text.Length > 40 || !s_names.TryGetValue(prefix, out var names))
            return false;
        var name = Encoding.UTF8.GetString(text);
        if (name.StartsWith(prefix, StringComparison.Ordinal))
            name = name[prefix.Length..];
        number = Array.IndexOf(names, name);
        return number >= 0;
    }
}
