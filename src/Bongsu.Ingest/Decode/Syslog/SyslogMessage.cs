using System.Buffers.Text;
using Bongsu.Ingest.Decode.JsonLines;

namespace Bongsu.Ingest.Decode.Syslog;

/// <summary>
/// The parts of one syslog message: RFC 5424, or RFC 3164 as far as senders keep to it. What cannot be read of the head is part of the text, so that nothing is
/// lost. Points into the message.
/// </summary>
internal ref struct SyslogMessage
{
    /// <summary>user.notice, which a message without a priority counts as (RFC 3164, 4.3.3).</summary>
    private const int DefaultPriority = 13;

    private const int MaxPriority = 191;

    private static readonly string[] s_months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

    public int Facility { get; private set; }
    public int Severity { get; private set; }

    /// <summary>Ns since 1970; 0: the message says none.</summary>
    public long TimeNanos { get; private set; }
    public ReadOnlySpan<byte> Host { get; private set; }
    public ReadOnlySpan<byte> App { get; private set; }
    public ReadOnlySpan<byte> Process { get; private set; }
    public ReadOnlySpan<byte> MessageId { get; private set; }

    /// <summary>With its brackets; empty: none.</summary>
    public ReadOnlySpan<byte> StructuredData { get; private set; }
    public ReadOnlySpan<byte> Text { get; private set; }

    /// <param name="message">One message without its frame.</param>
    /// <param name="nowNanos">The time now: RFC 3164 says no year.</param>
    /// <param name="zone">Of the times of RFC 3164, which say none.</param>
    public static SyslogMessage Parse(ReadOnlySpan<byte> message, long nowNanos, TimeZoneInfo zone)
    {
        var parsed = new SyslogMessage();
        var rest = parsed.Priority(message);
        if (rest.Length > 1 && rest[0] == '1' && rest[1] == ' ')
            parsed.New(rest[2..]);
        else if (rest.Length != message.Length)
            parsed.Old(rest, nowNanos, zone);
        else
            parsed.Text = message;
        if (parsed.Text.StartsWith("\uFEFF"u8))
            parsed.Text = parsed.Text[3..];
        parsed.Text = parsed.Text.TrimEnd("\r\n\0"u8);
        return parsed;
    }

    private ReadOnlySpan<byte> Priority(ReadOnlySpan<byte> message)
    {
        (Facility, Severity) = (DefaultPriority / 8, DefaultPriority % 8);
        if (message.Length < 3 || message[0] != '<')
            return message;
        var end = message[..Math.Min(message.Length, 5)].IndexOf((byte)'>');
        if (end < 2 || !Utf8Parser.TryParse(message[1..end], out int priority, out var used) || used != end - 1 || priority is < 0 or > MaxPriority)
            return message;
        (Facility, Severity) = (priority / 8, priority % 8);
        return message[(end + 1)..];
    }

    /// <summary>RFC 5424: TIMESTAMP HOSTNAME APP-NAME PROCID MSGID STRUCTURED-DATA [MSG].</summary>
    private void New(ReadOnlySpan<byte> rest)
    {
        if (LogTime.TryParse(Word(ref rest), out var nanos))
            TimeNanos = nanos;
        Host = Word(ref rest);
        App = Word(ref rest);
        Process = Word(ref rest);
        MessageId = Word(ref rest);
        if (rest.StartsWith("-"u8) && (rest.Length == 1 || rest[1] == ' '))
        {
            rest = rest[1..];
        }
        else if (SyslogData.Length(rest) is > 0 and var length)
        {
            StructuredData = rest[..length];
            rest = rest[length..];
        }
        Text = rest.StartsWith(" "u8) ? rest[1..] : rest;
    }

    /// <summary>RFC 3164: Mmm dd hh:mm:ss HOST TAG[PID]: text; the time may be RFC 3339 as rsyslog forwards it, and the host be missing.</summary>
    private void Old(ReadOnlySpan<byte> rest, long nowNanos, TimeZoneInfo zone)
    {
        Text = rest;
        if (TryOldTime(rest, nowNanos, zone, out var nanos))
        {
            rest = rest[15..];
        }
        else
        {
            var time = rest;
            if (!LogTime.TryParse(Word(ref time), out nanos))
            {
                Tag(rest);
                return;
            }
            rest = time;
        }
        TimeNanos = nanos;
        rest = rest.TrimStart((byte)' ');
        var afterHost = rest;
        var host = Word(ref afterHost);
        if (!host.IsEmpty && host[^1] != ':' && host.IndexOf((byte)'[') < 0)
        {
            Host = host;
            rest = afterHost;
        }
        Tag(rest);
    }

    private void Tag(ReadOnlySpan<byte> rest)
    {
        Text = rest;
        var end = rest.IndexOfAny((byte)':', (byte)'[', (byte)' ');
        if (end is <= 0 or > 64 || rest[end] == ' ')
            return;
        var after = rest[end..];
        if (after[0] == '[')
        {
            var close = after.IndexOf((byte)']');
            if (close < 0 || close > 64 || close + 1 >= after.Length || after[close + 1] != ':')
                return;
            Process = after[1..close];
            after = after[(close + 1)..];
        }
        App = rest[..end];
        after = after[1..];
        Text = after.StartsWith(" "u8) ? after[1..] : after;
    }

    // "Nov  1 14:03:59": in the year that brings it nearest to now.
    private static bool TryOldTime(ReadOnlySpan<byte> text, long nowNanos, TimeZoneInfo zone, out long nanos)
    {
        nanos = 0;
        if (text.Length < 15 || text[3] != ' ' || text[6] != ' ' || text[9] != ':' || text[12] != ':')
            return false;
        var month = 0;
        while (month < 12 && !IsMonth(text, s_months[month]))
            month++;
        var day = Two(text[4] == ' ' ? (byte)'0' : text[4], text[5]);
        var (hour, minute, second) = (Two(text[7], text[8]), Two(text[10], text[11]), Two(text[13], text[14]));
        if (month == 12 || day is < 1 || hour is < 0 or > 23 || minute is < 0 or > 59 || second is < 0 or > 60)
            return false;
        var now = DateTimeOffset.UnixEpoch.AddTicks(nowNanos / 100);
        var best = long.MaxValue;
        for (var year = now.Year - 1; year <= now.Year + 1; year++)
        {
            if (day > DateTime.DaysInMonth(year, month + 1))
                continue;
            var local = new DateTime(year, month + 1, day, hour, minute, Math.Min(second, 59), DateTimeKind.Unspecified);
            var at = (local - zone.GetUtcOffset(local) - DateTime.UnixEpoch).Ticks * 100;
            if (best == long.MaxValue || Math.Abs(at - nowNanos) < Math.Abs(best - nowNanos))
                best = at;
        }
        nanos = best;
        return best != long.MaxValue;
    }

    private static bool IsMonth(ReadOnlySpan<byte> text, string month) => text[0] == month[0] && text[1] == month[1] && text[2] == month[2];

    private static int Two(byte tens, byte ones) => char.IsAsciiDigit((char)tens) && char.IsAsciiDigit((char)ones) ? (tens - '0') * 10 + ones - '0' : -1;

    /// <summary>The next word, of which "-" says none; moves behind it and its space.</summary>
    private static ReadOnlySpan<byte> Word(scoped ref ReadOnlySpan<byte> rest)
    {
        var end = rest.IndexOf((byte)' ');
        var word = end < 0 ? rest : rest[..end];
        rest = end < 0 ? default : rest[(end + 1)..];
        return word.SequenceEqual("-"u8) ? default : word;
    }
}
