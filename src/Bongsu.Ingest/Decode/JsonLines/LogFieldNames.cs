using System.Text;

namespace Bongsu.Ingest.Decode.JsonLines;

/// <summary>
/// The names under which loggers write time, level, message, service, environment, trace and span. Case, dots, dashes and underscores make no difference, so
/// that trace_id, traceId, trace.id and TraceId are one; a nested object counts like a name with a dot. Of several names of one meaning the lowest rank
/// wins: what the program itself says comes before what a collector adds.
/// </summary>
internal static class LogFieldNames
{
    private const int MaxLength = 40;

    // As Plain writes them.
    private static readonly (LogField Field, int Rank, string[] Names)[] Known =
    [
        (LogField.Time, 0, ["t", "@t", "timestamp"]),
        (LogField.Time, 2, ["time"]),
        (LogField.Time, 3, ["ts"]),
        (LogField.Time, 4, ["asctime", "datetime", "timeiso8601", "timeunixnano"]),
        (LogField.Time, 5, ["timemillis"]),
        (LogField.Time, 6, ["realtimetimestamp"]),
        (LogField.Time, 9, ["date"]),
        (LogField.Level, 0, ["@l", "level", "severitytext"]),
        (LogField.Level, 1, ["severity", "loglevel", "levelname"]),
        (LogField.Level, 2, ["lvl"]),
        (LogField.Level, 7, ["priority"]),
        (LogField.Level, 8, ["detectedlevel"]),
        (LogField.PythonLevel, 6, ["levelno"]),
        (LogField.SeverityNumber, 5, ["severitynumber"]),
        (LogField.Message, 0, ["@m", "message"]),
        (LogField.Message, 1, ["msg"]),
        (LogField.Message, 2, ["shortmessage"]),
        (LogField.Message, 3, ["body", "fieldsmessage"]),
        (LogField.Message, 4, ["log"]),
        (LogField.Message, 5, ["@mt"]),
        (LogField.Message, 6, ["event"]),
        (LogField.Service, 0, ["servicename"]),
        (LogField.Service, 1, ["service"]),
        (LogField.Service, 2, ["ddservice"]),
        (LogField.Service, 3, ["app"]),
        (LogField.Service, 4, ["appname", "application"]),
        (LogField.Service, 5, ["kuberneteslabelsappkubernetesio/name"]),
        (LogField.Service, 6, ["syslogidentifier", "kuberneteslabelsapp"]),
        (LogField.Service, 7, ["kubernetescontainername", "containername"]),
        (LogField.Environment, 0, ["deploymentenvironmentname"]),
        (LogField.Environment, 1, ["env", "deploymentenvironment", "serviceenvironment"]),
        (LogField.Environment, 2, ["environment"]),
        (LogField.Environment, 3, ["ddenv"]),
        (LogField.TraceId, 0, ["@tr", "traceid"]),
        (LogField.TraceId, 2, ["ddtraceid"]),
        (LogField.TraceId, 3, ["logginggoogleapiscom/trace"]),
        (LogField.TraceParent, 3, ["traceparent"]),
        (LogField.SpanId, 0, ["@sp", "spanid"]),
        (LogField.SpanId, 2, ["ddspanid"]),
    ];

    private static readonly (byte[] Name, LogField Field, int Rank)[][] ByLength = Group();

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
        foreach (var one in ByLength[name.Length])
        {
            if (!name.SequenceEqual(one.Name))
                continue;
            rank = one.Rank;
            return one.Field;
        }
        return LogField.None;
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

    // By length: few names are compared, and most keys of a line with none.
    private static (byte[] Name, LogField Field, int Rank)[][] Group()
    {
        var groups = new (byte[], LogField, int)[MaxLength + 1][];
        for (var length = 0; length <= MaxLength; length++)
            groups[length] = [.. from known in Known from name in known.Names where name.Length == length select (Encoding.UTF8.GetBytes(name), known.Field, known.Rank)];
        return groups;
    }
}
