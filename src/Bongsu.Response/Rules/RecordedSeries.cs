using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Response.Rules;

/// <summary>
/// The series that one recording rule gave at its last evaluation. What it gives no more is ended by a staleness marker, so that it does not linger
/// for a lookback; what it gives again costs no label work. Not thread-safe.
/// </summary>
internal sealed class RecordedSeries
{
    private Dictionary<LabelSet, SeriesHandle> _last = [];
    private Dictionary<LabelSet, SeriesHandle> _current = [];

    /// <summary>Index of a series in the batch; null when this evaluation gave it before.</summary>
    public int? Add(LabelSet labels, MetricBatch into)
    {
        var handle = _last.GetValueOrDefault(labels) ?? new SeriesHandle(labels);
        return _current.TryAdd(labels, handle) ? into.AddSeries(handle) : null;
    }

    /// <summary>Ends, at a time, all that this evaluation did not give.</summary>
    public void EndMissing(long timeMs, MetricBatch into)
    {
        foreach (var (labels, handle) in _last)
        {
            if (!_current.ContainsKey(labels))
                into.AddSample(into.AddSeries(handle), timeMs, SampleValues.StaleNaN);
        }
    }

    /// <summary>The evaluation was stored: what it gave is what the next one is held against.</summary>
    public void Commit()
    {
        (_last, _current) = (_current, _last);
        _current.Clear();
    }

    /// <summary>The evaluation failed: the last one still stands.</summary>
    public void Discard() => _current.Clear();
}
