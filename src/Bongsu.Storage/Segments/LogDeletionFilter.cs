using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Storage.Segments;

/// <summary>Wants the records that a deletion speaks of.</summary>
internal sealed class LogDeletionFilter(LogDeletion deletion) : EventFilter<LogBatch>(deletion.FromNanos, deletion.ToNanos)
{
    private bool[] _streams = [];

    public override EventFilter<LogBatch> Fork() => new LogDeletionFilter(deletion);

    public override bool WantsTag(ReadOnlySpan<byte> tag) => LabelMatcher.MatchesAll(deletion.Matchers, LabelSet.FromCanonical(tag));

    public override void Begin(LogBatch batch)
    {
        _streams = new bool[batch.Streams.Count];
        for (var i = 0; i < _streams.Length; i++)
            _streams[i] = WantsTag(batch.StreamLabels(i));
    }

    public override bool WantsRow(LogBatch batch, int row) => _streams[batch.Records.Span[row].Stream] && deletion.PassesLine(batch, row);
}
