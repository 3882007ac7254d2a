using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Storage.Segments;

/// <summary>Streams that pass the matchers, in the time. Needles and fields prune what is sealed; of rows in memory the query looks at the line itself.</summary>
internal sealed class LogFilter(LogSelect select) : EventFilter<LogBatch>(select.FromNanos, select.ToNanos)
{
    private readonly Dictionary<LabelSet, bool> _streams = [];
    private bool[] _wanted = [];

    public override IReadOnlyList<ReadOnlyMemory<byte>>? Needles => select.Needles;

    public IReadOnlyList<FieldCondition> Fields => select.Fields ?? [];

    public bool NewestFirst => select.NewestFirst;

    public IReadOnlyList<string>? OnlyFields => select.OnlyFields;

    public override EventFilter<LogBatch> Fork() => new LogFilter(select);

    public override bool WantsTag(ReadOnlySpan<byte> tag)
    {
        if (select.Matchers.Count == 0)
            return true;
        var stream = LabelSet.FromCanonical(tag);
        if (!_streams.TryGetValue(stream, out var wanted))
            _streams[stream] = wanted = LabelMatcher.MatchesAll(select.Matchers, stream);
        return wanted;
    }

    public override void Begin(LogBatch batch)
    {
        _wanted = new bool[batch.Streams.Count];
        for (var i = 0; i < _wanted.Length; i++)
            _wanted[i] = WantsTag(batch.StreamLabels(i));
    }

    /// <summary>Of the batch that was begun.</summary>
    public bool WantsStream(int stream) => _wanted[stream];

    public override bool WantsRow(LogBatch batch, int row) => _wanted[batch.Records.Span[row].Stream];
}
