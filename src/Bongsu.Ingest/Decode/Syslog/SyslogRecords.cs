using System.Buffers.Text;
using Bongsu.Ingest.Decode.JsonLines;
using Bongsu.Ingest.Decode.Otlp;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Ingest.Decode.Syslog;

/// <summary>Makes log records of syslog messages: the text is the body, the program the service, the rest fields. Not thread-safe.</summary>
internal sealed class SyslogRecords(IngestLimits limits)
{
    private static readonly string[] s_facilities =
    [
        "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp",
        "ntp", "audit", "alert", "clock", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
    ];

    private static readonly string[] s_severities = ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"];

    private readonly StreamTable _streams = new(limits);
    private readonly JsonFacts _json = new();
    private readonly ByteBuffer _name = new();
    private readonly ByteBuffer _value = new();
    private int _repaired;

    public void Decode(SyslogFrames frames, long nowNanos, TimeZoneInfo zone, LogBatch batch, RejectionTally tally)
    {
        _repaired = 0;
        _streams.Clear();
        for (var i = 0; i < frames.Count; i++)
            One(SyslogMessage.Parse(frames.Message(i), nowNanos, zone), frames.Sender(i), nowNanos + i, batch);
        tally.RepairedTexts += _repaired;
    }

    private void One(SyslogMessage message, string sender, long nowNanos, LogBatch batch)
    {
        var record = new LogRecord
        {
            Resource = -1,
            Scope = -1,
            TimeUnixNano = message.TimeNanos > 0 ? message.TimeNanos : nowNanos,
            SeverityNumber = LogLevel.OfNumber(message.Severity),
            SeverityText = batch.Arena.Append(s_severities[message.Severity]),
        };
        var service = message.App;
        var environment = default(ReadOnlySpan<byte>);
        // A JSON text says more of itself than the relay that wrapped it: containers send every line with one severity.
        if (_json.TryRead(message.Text, out var facts))
        {
            if (facts.Severity != 0)
                (record.SeverityNumber, record.SeverityText) = (facts.Severity, Text.Append(batch.Arena, facts.LevelText, ref _repaired));
            if (facts.HasTime)
                record.TimeUnixNano = facts.TimeNanos;
            (record.TraceId, record.SpanId) = (facts.TraceId, facts.SpanId);
            if (IsPlain(facts.Service))
                service = facts.Service;
            if (IsPlain(facts.Environment))
                environment = facts.Environment;
        }
        record.Stream = _streams.Of(batch, IsPlain(service) ? service : default, environment, Severity.Level(record.SeverityNumber, default));
        var start = batch.Attributes.Count;
        Fields(message, sender, batch.Attributes, start, ref record.DroppedAttributes);
        record.Attributes = batch.Attributes.Since(start);
        record.Body = AttributeValue.OfString(Text.Append(batch.Arena, message.Text, ref _repaired));
        batch.Records.Add(record);
    }

    private void Fields(in SyslogMessage message, string sender, AttributeTable table, int start, ref int dropped)
    {
        table.Add("syslog.facility", s_facilities[message.Facility]);
        if (message.Host.IsEmpty)
            table.Add("host.name", sender);
        else
            Add(table, "host.name"u8, message.Host);
        if (Utf8Parser.TryParse(message.Process, out long pid, out var used) && used == message.Process.Length)
            table.Add(table.Arena.Append("process.pid"u8), AttributeValue.OfInt(pid));
        else if (!message.Process.IsEmpty)
            Add(table, "syslog.procid"u8, message.Process);
        if (!message.MessageId.IsEmpty)
            Add(table, "syslog.msgid"u8, message.MessageId);
        var data = new SyslogData(message.StructuredData);
        while (data.Read())
        {
            if (table.Count - start >= limits.AttributesPerRecord || data.Name.Length + data.Id.Length >= limits.AttributeKeyBytes)
            {
                dropped++;
                continue;
            }
            _name.Clear();
            // The number behind the sign is an enterprise's: together they must not pass for an address of mail.
            _name.Append(data.Id);
            _name.Mutable.Replace((byte)'@', (byte)'.');
            _name.Append((byte)'.');
            _name.Append(data.Name);
            Add(table, _name.Span, Unescaped(data.Value));
        }
    }

    private void Add(AttributeTable table, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) =>
        table.Add(Text.Append(table.Arena, key, ref _repaired), AttributeValue.OfString(Text.Append(table.Arena, Text.Cut(value, limits.AttributeValueBytes), ref _repaired)));

    private ReadOnlySpan<byte> Unescaped(ReadOnlySpan<byte> value)
    {
        if (value.IndexOf((byte)'\\') < 0)
            return value;
        _value.Clear();
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] == '\\' && i + 1 < value.Length && value[i + 1] is (byte)'"' or (byte)'\\' or (byte)']')
                i++;
            _value.Append(value[i]);
        }
        return _value.Span;
    }

    // A name with escapes or broken characters in it is no name of a service; the text has it all the same.
    private static bool IsPlain(ReadOnlySpan<byte> name) => !name.IsEmpty && name.IndexOf((byte)'\\') < 0 && System.Text.Unicode.Utf8.IsValid(name);
}
