using Bongsu.AspNetCore.Export;
using Bongsu.AspNetCore.Options;
using Microsoft.Extensions.Logging;

namespace Bongsu.AspNetCore.Logging;

/// <summary>Writes log records as an OTLP ExportLogsServiceRequest, grouped by category. Used by one worker.</summary>
internal sealed class LogEncoder(ServiceIdentity identity, AttributeEncoder attributes)
{
    public void Encode(ProtoWriter writer, List<LogEntry> batch)
    {
        var resourceLogs = writer.Begin(1);
        attributes.Resource(writer, 1, identity.Attributes);
        foreach (var category in batch.GroupBy(e => e.Category))
        {
            var scopeLogs = writer.Begin(2);
            AttributeEncoder.Scope(writer, 1, category.Key, null);
            foreach (var entry in category)
                Record(writer, entry);
            writer.End(scopeLogs);
        }
        writer.End(resourceLogs);
    }

    private void Record(ProtoWriter writer, LogEntry entry)
    {
        Span<byte> id = stackalloc byte[16];
        var (number, text) = Severity(entry.Level);
        var record = writer.Begin(2);
        var time = UnixTime.Nanos(entry.Time);
        writer.Fixed64(1, time);
        writer.Varint(2, number);
        writer.Text(3, text);
        attributes.Any(writer, 5, entry.Message, 0);
        if (attributes.All(writer, 6, entry.Attributes) is > 0 and var dropped)
            writer.Varint(7, dropped);
        if (entry.TraceId != default)
        {
            writer.Fixed32(8, (uint)entry.Flags);
            entry.TraceId.CopyTo(id);
            writer.Bytes(9, id);
            entry.SpanId.CopyTo(id[..8]);
            writer.Bytes(10, id[..8]);
        }
        writer.Fixed64(11, time);
        if (!string.IsNullOrEmpty(entry.EventName))
            writer.Text(12, entry.EventName);
        writer.End(record);
    }

    private static (ulong Number, string Text) Severity(LogLevel level) => level switch
    {
        LogLevel.Trace => (1, "TRACE"),
        LogLevel.Debug => (5, "DEBUG"),
        LogLevel.Information => (9, "INFO"),
        LogLevel.Warning => (13, "WARN"),
        LogLevel.Error => (17, "ERROR"),
        _ => (21, "FATAL"),
    };
}
