using System.Collections.Concurrent;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;
using Bongsu.Telemetry.Metrics;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Ingest.Pipeline.Redaction;

/// <summary>
/// Replaces secrets and personal data in everything that is text, before anything is stored. Label sets found clean are remembered by hash, since
/// senders repeat them. Thread-safe.
/// </summary>
internal sealed class RedactStage(RedactionRules rules, IngestCounters counters) : ITelemetryProcessor
{
    // 16 bytes each. When it is full it is begun anew, which only costs looking again.
    private const int MaxRemembered = 200_000;

    private readonly ConcurrentBag<Redactor> _idle = [];
    private readonly object _lock = new();
    private readonly HashSet<ulong> _cleanLabels = [];

    public void Process(SpanBatch batch, RejectionTally tally)
    {
        var redactor = Rent();
        redactor.Attributes(batch.Attributes);
        foreach (ref var span in batch.Spans.Mutable)
        {
            span.Name = redactor.Text(span.Name, batch.Arena);
            span.StatusMessage = redactor.Text(span.StatusMessage, batch.Arena);
            span.TraceState = redactor.Text(span.TraceState, batch.Arena);
        }
        redactor.Scopes(batch.Scopes, batch.Arena);
        foreach (ref var e in batch.Events.Mutable)
            e = e with { Name = redactor.Text(e.Name, batch.Arena) };
        foreach (ref var link in batch.Links.Mutable)
            link = link with { TraceState = redactor.Text(link.TraceState, batch.Arena) };
        Return(redactor);
    }

    public void Process(LogBatch batch, RejectionTally tally)
    {
        var redactor = Rent();
        redactor.Attributes(batch.Attributes);
        foreach (ref var record in batch.Records.Mutable)
        {
            redactor.Value(ref record.Body, batch.Arena);
            record.EventName = redactor.Text(record.EventName, batch.Arena);
            record.SeverityText = redactor.Text(record.SeverityText, batch.Arena);
        }
        redactor.Scopes(batch.Scopes, batch.Arena);
        for (var stream = 0; stream < batch.Streams.Count; stream++)
        {
            if (TryLabels(redactor, batch.StreamLabels(stream), out var clean))
                batch.Streams[stream] = batch.Arena.Append(clean);
        }
        Return(redactor);
    }

    public void Process(MetricBatch batch, RejectionTally tally)
    {
        var redactor = Rent();
        for (var series = 0; series < batch.SeriesCount; series++)
        {
            if (batch.Handle(series) is null && !batch.IsDropped(series) && TryLabels(redactor, batch.SeriesLabels(series), out var clean))
                batch.ReplaceLabels(series, clean);
        }
        for (var i = 0; i < batch.Exemplars.Count; i++)
        {
            var (series, exemplar) = batch.Exemplars[i];
            if (redactor.TryLabels(exemplar.Labels.Bytes, out var clean))
                batch.Exemplars[i] = (series, exemplar with { Labels = LabelSet.FromCanonical(clean) });
        }
        Return(redactor);
    }

    private bool TryLabels(Redactor redactor, ReadOnlySpan<byte> labels, out ReadOnlySpan<byte> clean)
    {
        clean = default;
        var hash = LabelHash.Of(labels);
        lock (_lock)
        {
            if (_cleanLabels.Contains(hash))
                return false;
        }
        if (redactor.TryLabels(labels, out clean))
            return true;
        lock (_lock)
        {
            if (_cleanLabels.Count >= MaxRemembered)
                _cleanLabels.Clear();
            _cleanLabels.Add(hash);
        }
        return false;
    }

    private Redactor Rent() => _idle.TryTake(out var redactor) ? redactor : new Redactor(rules);

    private void Return(Redactor redactor)
    {
        redactor.TakeCounts(counters);
        _idle.Add(redactor);
    }
}
