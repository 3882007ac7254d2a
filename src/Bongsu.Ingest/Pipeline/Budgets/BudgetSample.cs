using Bongsu.Ingest.Decode.Otlp;
using Bongsu.Ingest.Pipeline.Derive;
using Bongsu.Ingest.Pipeline.Derive.Patterns;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Ingest.Pipeline.Budgets;

/// <summary>What is kept beyond a budget that samples: errors, slow ones, and a share of the rest by trace id. Pure.</summary>
internal static class BudgetSample
{
    // Severity.Level's number of "error"; "fatal" is one more.
    private const int ErrorLevel = 5;

    public static bool Keeps(DailyBudget budget, SpanBatch batch, in Span span)
    {
        if (span.Status == SpanStatus.Error || span.DurationNanos >= budget.Slow.Ticks * 100 || new KeepShare(budget.Keep).Has(span.TraceId))
            return true;
        return span.Kind == SpanKind.Server && HttpStatus(batch.Attributes, span.Attributes) >= 500;
    }

    public static bool Keeps(DailyBudget budget, LogBatch batch, in LogRecord record)
    {
        var marks = new LogMarks(batch, record);
        if (marks.LongestMs >= budget.Slow.TotalMilliseconds)
            return true;
        var share = new KeepShare(budget.Keep);
        // Without a trace, what is retried gets the same answer.
        if (marks.Trace.IsEmpty ? share.Has(LabelHash.Of(batch.Arena.Get(record.Body.Payload)) ^ (ulong)record.TimeUnixNano * 0x9E3779B97F4A7C15) : share.Has(marks.Trace))
            return true;
        return IsError(batch, record);
    }

    private static bool IsError(LogBatch batch, in LogRecord record)
    {
        if (Severity.Level(record.SeverityNumber, batch.Arena.Get(record.SeverityText)) >= ErrorLevel)
            return true;
        var facts = new LogFacts(batch, record);
        if (!facts.ErrorClass.IsEmpty || facts.LevelNumber >= ErrorLevel)
            return true;
        var labels = new LabelReader(batch.StreamLabels(record.Stream));
        while (labels.MoveNext())
        {
            if ((labels.Name.SequenceEqual("level"u8) || labels.Name.SequenceEqual("detected_level"u8) || labels.Name.SequenceEqual("severity"u8))
                && Severity.Level(0, labels.Value) >= ErrorLevel)
                return true;
        }
        return false;
    }

    private static long HttpStatus(AttributeTable table, AttributeRange range)
    {
        for (var row = range.Start; row < range.Start + range.Count; row++)
        {
            if (table.Values[row].Kind == AttributeKind.Int && (table.Key(row).SequenceEqual("http.response.status_code"u8) || table.Key(row).SequenceEqual("http.status_code"u8)))
                return table.Values[row].Bits;
        }
        return 0;
    }
}
