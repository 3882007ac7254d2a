namespace Bongsu.Ingest.Decode.JsonLines;

/// <summary>
/// The names under which loggers write time, level, message, service, environment, trace and span. Case, dots, dashes and underscores make no difference, so
/// that trace_id, traceId, trace.id and TraceId are one; a nested object counts like a name with a dot. Of several names of one meaning the lowest rank
/// wins: what the program itself says comes before what a collector adds.
/// </summary>
internal static class LogFieldNames
{
    private const int MaxLength = 40;

    /// <summary>Objects that are looked into: nested forms of names with dots.</summary>
    public static bool IsGroup(ReadOnlySpan<byte> key) => key.Length switch
    {
        2 => key.SequenceEqual("dd"u8),
        3 => key.SequenceEqual("log"u8),
        4 => key.SequenceEqual("span"u8),
        5 => key.SequenceEqual("trace"u8),
        6 => key.SequenceEqual("labels"u8) || key.SequenceEqual("fields"u8),
        7 => key.SequenceEqual("service"u8),
        8 => key.SequenceEqual("resource"u8),
        10 => key.SequenceEqual("kubernetes"u8) || key.SequenceEqual("deployment"u8),
        _ => false,
    };

    /// <summary>What a name means, and its rank among the names of that meaning.</summary>
    public static LogField Find(ReadOnlySpan<byte> key, out int rank)
    {
        rank = 0;
        if (key.Length > MaxLength)
            return LogField.None;
        Span<byte> buffer = stackalloc byte[MaxLength];
        var name = Plain(key, buffer);
        return name.Length switch
        {
            1 => Single(name[0]),
            2 => Two(name, ref rank),
            3 => Three(name, ref rank),
            4 => Four(name, ref rank),
            5 => Five(name, ref rank),
            6 => Six(name, ref rank),
            7 => Seven(name, ref rank),
            8 => Eight(name, ref rank),
            9 => Nine(name, ref rank),
            10 => Ten(name, ref rank),
            _ => Long(name, ref rank),
        };
    }

    // Lower case, without what joins words. The mark in front of Serilog's short names stays: "t" alone means nothing.
    private static ReadOnlySpan<byte> Plain(ReadOnlySpan<byte> key, Span<byte> buffer)
    {
        var length = 0;
        foreach (var c in key)
        {
            if (c is (byte)'_' or (byte)'.' or (byte)'-' || (c == '@' && key.Length > 3))
                continue;
            buffer[length++] = c is >= (byte)'A' and <= (byte)'Z' ? (byte)(c | 0x20) : c;
        }
        return buffer[..length];
    }

    private static LogField Single(byte name) => name == 't' ? LogField.Time : LogField.None;

    private static LogField Two(ReadOnlySpan<byte> name, ref int rank)
    {
        if (name.SequenceEqual("ts"u8))
            return Ranked(LogField.Time, 3, out rank);
        if (name.SequenceEqual("@t"u8))
            return LogField.Time;
        if (name.SequenceEqual("@l"u8))
            return LogField.Level;
        return name.SequenceEqual("@m"u8) ? LogField.Message : LogField.None;
    }

    private static LogField Three(ReadOnlySpan<byte> name, ref int rank)
    {
        if (name.SequenceEqual("msg"u8))
            return Ranked(LogField.Message, 1, out rank);
        if (name.SequenceEqual("lvl"u8))
            return Ranked(LogField.Level, 2, out rank);
        if (name.SequenceEqual("app"u8))
            return Ranked(LogField.Service, 3, out rank);
        if (name.SequenceEqual("env"u8))
            return Ranked(LogField.Environment, 1, out rank);
        if (name.SequenceEqual("log"u8))
            return Ranked(LogField.Message, 4, out rank);
        if (name.SequenceEqual("@mt"u8))
            return Ranked(LogField.Message, 5, out rank);
        return name.SequenceEqual("@tr"u8) ? LogField.TraceId : name.SequenceEqual("@sp"u8) ? LogField.SpanId : LogField.None;
    }

    private static LogField Four(ReadOnlySpan<byte> name, ref int rank)
    {
        if (name.SequenceEqual("time"u8))
            return Ranked(LogField.Time, 2, out rank);
        if (name.SequenceEqual("date"u8))
            return Ranked(LogField.Time, 9, out rank);
        return name.SequenceEqual("body"u8) ? Ranked(LogField.Message, 3, out rank) : LogField.None;
    }

    private static LogField Five(ReadOnlySpan<byte> name, ref int rank)
    {
        if (name.SequenceEqual("level"u8))
            return LogField.Level;
        if (name.SequenceEqual("event"u8))
            return Ranked(LogField.Message, 6, out rank);
        return name.SequenceEqual("ddenv"u8) ? Ranked(LogField.Environment, 3, out rank) : LogField.None;
    }

    private static LogField Six(ReadOnlySpan<byte> name, ref int rank) => name.SequenceEqual("spanid"u8) ? LogField.SpanId : LogField.None;

    private static LogField Seven(ReadOnlySpan<byte> name, ref int rank)
    {
        if (name.SequenceEqual("message"u8))
            return LogField.Message;
        if (name.SequenceEqual("service"u8))
            return Ranked(LogField.Service, 1, out rank);
        if (name.SequenceEqual("appname"u8))
            return Ranked(LogField.Service, 4, out rank);
        if (name.SequenceEqual("asctime"u8))
            return Ranked(LogField.Time, 4, out rank);
        if (name.SequenceEqual("levelno"u8))
            return Ranked(LogField.PythonLevel, 6, out rank);
        return name.SequenceEqual("traceid"u8) ? LogField.TraceId : LogField.None;
    }

    private static LogField Eight(ReadOnlySpan<byte> name, ref int rank)
    {
        if (name.SequenceEqual("severity"u8))
            return Ranked(LogField.Level, 1, out rank);
        if (name.SequenceEqual("loglevel"u8))
            return Ranked(LogField.Level, 1, out rank);
        if (name.SequenceEqual("priority"u8))
            return Ranked(LogField.Level, 7, out rank);
        if (name.SequenceEqual("datetime"u8))
            return Ranked(LogField.Time, 4, out rank);
        return name.SequenceEqual("ddspanid"u8) ? Ranked(LogField.SpanId, 2, out rank) : LogField.None;
    }

    private static LogField Nine(ReadOnlySpan<byte> name, ref int rank)
    {
        if (name.SequenceEqual("timestamp"u8))
            return LogField.Time;
        if (name.SequenceEqual("levelname"u8))
            return Ranked(LogField.Level, 1, out rank);
        if (name.SequenceEqual("ddtraceid"u8))
            return Ranked(LogField.TraceId, 2, out rank);
        return name.SequenceEqual("ddservice"u8) ? Ranked(LogField.Service, 2, out rank) : LogField.None;
    }

    private static LogField Ten(ReadOnlySpan<byte> name, ref int rank) => name.SequenceEqual("timemillis"u8) ? Ranked(LogField.Time, 5, out rank) : LogField.None;

    private static LogField Long(ReadOnlySpan<byte> name, ref int rank)
    {
        if (name.SequenceEqual("servicename"u8))
            return LogField.Service;
        if (name.SequenceEqual("application"u8))
            return Ranked(LogField.Service, 4, out rank);
        if (name.SequenceEqual("environment"u8))
            return Ranked(LogField.Environment, 2, out rank);
        if (name.SequenceEqual("traceparent"u8))
            return Ranked(LogField.TraceParent, 3, out rank);
        if (name.SequenceEqual("severitytext"u8))
            return LogField.Level;
        if (name.SequenceEqual("timeiso8601"u8) || name.SequenceEqual("timeunixnano"u8))
            return Ranked(LogField.Time, 4, out rank);
        if (name.SequenceEqual("shortmessage"u8))
            return Ranked(LogField.Message, 2, out rank);
        if (name.SequenceEqual("fieldsmessage"u8))
            return Ranked(LogField.Message, 3, out rank);
        if (name.SequenceEqual("detectedlevel"u8))
            return Ranked(LogField.Level, 8, out rank);
        if (name.SequenceEqual("severitynumber"u8))
            return Ranked(LogField.SeverityNumber, 5, out rank);
        if (name.SequenceEqual("realtimetimestamp"u8))
            return Ranked(LogField.Time, 6, out rank);
        if (name.SequenceEqual("syslogidentifier"u8))
            return Ranked(LogField.Service, 6, out rank);
        return Origin(name, ref rank);
    }

    private static LogField Origin(ReadOnlySpan<byte> name, ref int rank)
    {
        if (name.SequenceEqual("deploymentenvironmentname"u8))
            return LogField.Environment;
        if (name.SequenceEqual("deploymentenvironment"u8) || name.SequenceEqual("serviceenvironment"u8))
            return Ranked(LogField.Environment, 1, out rank);
        if (name.SequenceEqual("kuberneteslabelsappkubernetesio/name"u8))
            return Ranked(LogField.Service, 5, out rank);
        if (name.SequenceEqual("kuberneteslabelsapp"u8))
            return Ranked(LogField.Service, 6, out rank);
        if (name.SequenceEqual("kubernetescontainername"u8) || name.SequenceEqual("containername"u8))
            return Ranked(LogField.Service, 7, out rank);
        return name.SequenceEqual("logginggoogleapiscom/trace"u8) ? Ranked(LogField.TraceId, 3, out rank) : LogField.None;
    }

    private static LogField Ranked(LogField field, int place, out int rank)
    {
        rank = place;
        return field;
    }
}
