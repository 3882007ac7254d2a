using System.Globalization;
using System.Text.Json;

namespace Bongsu.Server.Commands.Traces;

/// <summary>Writes one trace: for people a head and a tree, or the critical path; for programs a row for each span or stretch.</summary>
internal sealed class TraceWriter(TextWriter output, Terminal terminal, TimeZoneInfo zone)
{
    // Deeper spans stand no further right, or there would be no room for their names.
    private const int DeepestIndent = 16;
    private const int ServiceWidth = 16;

    public void Write(TraceView view, bool isCriticalPath, string format)
    {
        if (format == "table")
        {
            WriteHead(view.Analysis);
            if (isCriticalPath)
                WriteCriticalPath(view);
            else
                WriteTree(view);
            return;
        }
        var rows = isCriticalPath ? view.CriticalPath.Select(s => SegmentRow(s.Span, s.FromNanos, s.ToNanos)) : view.Spans.Select(SpanRow);
        string[] columns = isCriticalPath ? ["fromMs", "tookMs", "service", "name", "spanId"] : ["startMs", "durationMs", "criticalMs", "error", "depth", "service", "name", "kind", "spanId", "parentSpanId"];
        RowWriter.Write(output, format, JsonSerializer.SerializeToElement(rows.ToList()), columns);
    }

    private void WriteHead(JsonElement analysis)
    {
        var startNanos = long.Parse(analysis.GetProperty("startUnixNano").GetString()!, CultureInfo.InvariantCulture);
        var start = TimeZoneInfo.ConvertTime(DateTimeOffset.UnixEpoch.AddTicks(startNanos / 100), zone);
        var (spans, errors) = (analysis.GetProperty("spanCount").GetInt32(), analysis.GetProperty("errorCount").GetInt32());
        output.WriteLine(terminal.Bold($"{Terminal.Safe(analysis.GetProperty("rootService").GetString() ?? "")} {Terminal.Safe(analysis.GetProperty("rootName").GetString() ?? "")}"));
        output.WriteLine($"{analysis.GetProperty("traceId").GetString()}  {start.ToString("yyyy-MM-dd HH:mm:ss.fff zzz", CultureInfo.InvariantCulture)}");
        var errorText = errors == 0 ? "no errors" : terminal.Red(Number(errors, "error"));
        output.WriteLine($"{DurationText.Of(analysis.GetProperty("durationNanos").GetInt64())}, {Number(spans, "span")}, {errorText}, {Number(analysis.GetProperty("services").GetArrayLength(), "service")}");
        if (analysis.GetProperty("widestWait") is { ValueKind: JsonValueKind.Object } wait && wait.GetProperty("nanos").GetInt64() > 0)
            output.WriteLine($"longest wait outside of a callee: {DurationText.Of(wait.GetProperty("nanos").GetInt64())} for {Terminal.Safe(wait.GetProperty("peer").GetString() is { Length: > 0 } peer ? peer : "an unknown peer")}");
        foreach (var problem in analysis.GetProperty("problems").EnumerateArray())
            output.WriteLine(terminal.Yellow("note: " + Terminal.Safe(problem.GetString() ?? "")));
        output.WriteLine();
    }

    private void WriteTree(TraceView view)
    {
        output.WriteLine(terminal.Dim($"{"START",8} {"TOOK",7}    {"SERVICE",-ServiceWidth} SPAN"));
        foreach (var span in view.Spans)
        {
            var marks = (span.CriticalNanos > 0 ? "*" : " ") + (span.IsError ? "!" : " ");
            var indent = new string(' ', Math.Min(span.Depth, DeepestIndent)) + (span.Depth > DeepestIndent ? "…" : "");
            var text = $"{DurationText.Of(Math.Abs(span.StartNanos)).Insert(0, span.StartNanos < 0 ? "-" : ""),8} {DurationText.Of(span.DurationNanos),7} {marks} {Cut(span.Service, ServiceWidth),-ServiceWidth} {indent}{span.Name}";
            if (span.StatusMessage.Length > 0)
                text += $" ({span.StatusMessage})";
            text = terminal.Width > 0 ? Cut(text, terminal.Width) : text;
            output.WriteLine(span.IsError ? terminal.Red(text) : span.CriticalNanos > 0 ? text : terminal.Dim(text));
        }
    }

    private void WriteCriticalPath(TraceView view)
    {
        var total = Math.Max(1, view.CriticalPath.Sum(s => s.ToNanos - s.FromNanos));
        output.WriteLine(terminal.Dim($"{"FROM",8} {"TOOK",7} {"SHARE",5}  {"SERVICE",-ServiceWidth} SPAN"));
        foreach (var (span, from, to) in view.CriticalPath)
        {
            var share = ((to - from) / (double)total).ToString("0%", CultureInfo.InvariantCulture);
            var text = $"{DurationText.Of(from),8} {DurationText.Of(to - from),7} {share,5}  {Cut(span.Service, ServiceWidth),-ServiceWidth} {span.Name}";
            output.WriteLine(terminal.Width > 0 ? Cut(text, terminal.Width) : text);
        }
    }

    private static Dictionary<string, object> SpanRow(ShownSpan span) => new()
    {
        ["spanId"] = span.SpanId,
        ["parentSpanId"] = span.ParentSpanId,
        ["service"] = span.Service,
        ["name"] = span.Name,
        ["kind"] = span.Kind,
        ["error"] = span.IsError,
        ["statusMessage"] = span.StatusMessage,
        ["startMs"] = span.StartNanos / 1e6,
        ["durationMs"] = span.DurationNanos / 1e6,
        ["criticalMs"] = span.CriticalNanos / 1e6,
        ["depth"] = span.Depth,
    };

    private static Dictionary<string, object> SegmentRow(ShownSpan span, long from, long to) => new()
    {
        ["fromMs"] = from / 1e6,
        ["tookMs"] = (to - from) / 1e6,
        ["service"] = span.Service,
        ["name"] = span.Name,
        ["spanId"] = span.SpanId,
    };

    private static string Number(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";

    private static string Cut(string text, int width) => text.Length <= width ? text : text[..(width - 1)] + "…";
}
