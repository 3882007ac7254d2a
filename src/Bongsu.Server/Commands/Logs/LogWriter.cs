using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Bongsu.Server.Commands.Logs;

/// <summary>Writes log lines: for people a line each with time, level and service in front and the rest wrapped beneath; for programs as JSON or CSV.</summary>
internal sealed class LogWriter(TextWriter output, Terminal terminal, TimeZoneInfo zone)
{
    private const int ServiceWidth = 14;
    private const string Indent = "    ";

    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private DateOnly _day;

    public void Write(IReadOnlyList<LogRow> rows, string format)
    {
        if (format == "table")
        {
            foreach (var row in rows)
                WriteLine(row);
        }
        else if (format == "jsonl")
        {
            foreach (var row in rows)
                output.WriteLine(JsonSerializer.Serialize(Shown(row), Json));
        }
        else
        {
            RowWriter.Write(output, format, JsonSerializer.SerializeToElement(rows.Select(Shown), Json), ["time", "level", "service", "line"]);
        }
        output.Flush();
    }

    private static object Shown(LogRow row) => new { time = Iso(row.TimeNanos), level = row.Level, service = row.Service, line = row.Line, labels = row.Labels };

    private void WriteLine(LogRow row)
    {
        var at = TimeZoneInfo.ConvertTime(DateTimeOffset.UnixEpoch.AddTicks(row.TimeNanos / 100), zone);
        var day = DateOnly.FromDateTime(at.DateTime);
        if (day != _day)
            output.WriteLine(terminal.Dim($"--- {at.ToString("yyyy-MM-dd (zzz)", CultureInfo.InvariantCulture)}"));
        _day = day;
        var time = at.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);
        var level = (row.Level.Length == 0 || row.Level == "unknown" ? "-" : Terminal.Safe(row.Level)).ToUpperInvariant();
        level = (level.Length > 5 ? level[..5] : level).PadRight(5);
        var service = Terminal.Safe(row.Service).Replace('\n', ' ');
        service = (service.Length > ServiceWidth ? service[..(ServiceWidth - 1)] + "…" : service).PadRight(ServiceWidth);
        var head = time.Length + level.Length + service.Length + 3;
        var isFirst = true;
        foreach (var line in TextWrap.Lines(Terminal.Safe(LineText.Of(row.Line)), Math.Max(0, terminal.Width - head), Math.Max(0, terminal.Width - Indent.Length)))
        {
            output.WriteLine(isFirst ? $"{terminal.Dim(time)} {Coloured(level)} {service} {line}".TrimEnd() : Indent + line);
            isFirst = false;
        }
    }

    private string Coloured(string level) => level.TrimEnd() switch
    {
        "ERROR" or "FATAL" or "CRIT" or "CRITI" => terminal.Red(level),
        "WARN" or "WARNI" => terminal.Yellow(level),
        "DEBUG" or "TRACE" => terminal.Dim(level),
        _ => level,
    };

    private static string Iso(long nanos) =>
        DateTimeOffset.UnixEpoch.AddTicks(nanos / 100).ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture) + (nanos % 1_000_000_000).ToString("'.'000000000'Z'", CultureInfo.InvariantCulture);
}
