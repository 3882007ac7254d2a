using System.Text;
using Bongsu.Ingest.Decode;
using Bongsu.Telemetry.Logs;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Ingest.Pipeline.Derive.Patterns;

/// <summary>
/// Writes patterns and their counts as samples. Counts are of the lines since the sample before, not totals: late lines then count at the time of their
/// records, and a restart loses no more than what was not written. Not thread-safe.
/// </summary>
internal sealed class PatternBatch
{
    // A template is written again within this time while it has lines, so that whoever reads some hours finds it.
    public static readonly TimeSpan RepeatTemplate = TimeSpan.FromHours(1);

    private readonly LabelBuffer _labels = new();
    private long _evenMs;
    private long _turn;

    public MetricBatch Batch { get; } = new();

    public long NowMs { get; private set; }

    public void Begin(long nowMs)
    {
        NowMs = nowMs;
        // A store keeps one value a time, so no two samples of a series may share one: those of the present step stand at even times that only grow …
        _evenMs = Math.Max(_evenMs + 2, nowMs & ~1L);
        _turn = _turn == 0 ? nowMs : _turn + 1;
        Batch.Clear();
    }

    public bool IsTemplateDue(LogPattern pattern) =>
        pattern.IsChanged || (pattern.IsInSlot && NowMs - pattern.WrittenMs >= (long)RepeatTemplate.TotalMilliseconds);

    public void AddTemplate(ReadOnlySpan<byte> service, LogPattern pattern, ReadOnlySpan<byte> template)
    {
        Begin(LogPatternSeries.Templates, service, pattern.Id);
        Add(LogPatternSeries.Template, template);
        if (pattern.IsField)
            Add(LogPatternSeries.Part, "field"u8);
        Sample(NowMs, pattern.FirstSeenMs / 1000.0);
        pattern.IsChanged = false;
        pattern.WrittenMs = NowMs;
    }

    public void AddEvent(ReadOnlySpan<byte> service, ulong id, string name)
    {
        Begin(LogPatternSeries.Events, service, id);
        _labels.Add("event"u8, name);
        Sample(NowMs, 1);
    }

    public void AddLines(ReadOnlySpan<byte> service, Dimension dimension, ulong id, long bucket, long count)
    {
        Begin(LogPatternSeries.Lines, service, id);
        Add(LogPatternSeries.Environment, dimension.Environment);
        Add(LogPatternSeries.Level, dimension.Level);
        var isPresent = bucket == NowMs / LogPatternSeries.StepMs;
        // … and those of steps that are over at odd ones, each turn at its own.
        var oddMs = bucket * LogPatternSeries.StepMs + (_turn * 2 + 1) % LogPatternSeries.StepMs;
        Sample(isPresent ? _evenMs : oddMs, count);
    }

    public void End()
    {
        if (Batch.Count == 0)
            return;
        Batch.Metadata.Add(new MetricMetadata(LogPatternSeries.Templates, MetricType.Gauge, "seconds", "When a log pattern was first seen, with its template."));
        Batch.Metadata.Add(new MetricMetadata(LogPatternSeries.Lines, MetricType.Gauge, "", "Lines of a log pattern since the sample before; sum_over_time counts lines."));
        Batch.Metadata.Add(new MetricMetadata(LogPatternSeries.Events, MetricType.Gauge, "", "1 when a log pattern was new, and when a steady one was gone."));
    }

    private void Begin(string name, ReadOnlySpan<byte> service, ulong id)
    {
        _labels.Clear();
        _labels.Add("__name__"u8, name);
        Add(LogPatternSeries.Service, service);
        Span<byte> hex = stackalloc byte[16];
        id.TryFormat(hex, out _, "x16");
        Add(LogPatternSeries.PatternId, id == 0 ? "other"u8 : hex);
    }

    private void Add(string name, ReadOnlySpan<byte> value)
    {
        Span<byte> utf8 = stackalloc byte[64];
        _labels.Add(utf8[..Encoding.UTF8.GetBytes(name, utf8)], value);
    }

    private void Sample(long timeMs, double value)
    {
        _labels.Canonical(out var canonical);
        Batch.AddSample(Batch.AddSeries(canonical), timeMs, value);
    }
}
