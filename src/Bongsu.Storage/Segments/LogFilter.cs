using Bongsu.Telemetry.Logs;

namespace Bongsu.Storage.Segments;

/// <summary>Streams that pass the matchers, in the time. Needles and fields prune what is sealed; of rows in memory the query looks at the line itself.</summary>
internal sealed class LogFilter(LogSelect select, StreamVerdicts streams) : EventFilter<LogBatch>(select.FromNanos, select.ToNanos)
{
    private bool[] _wanted = [];
    private EventSegment<LogBatch>? _lastSegment;
    private IReadOnlyList<ReadOnlyMemory<byte>> _lastValues = [];

    public LogFilter(LogSelect select) : this(select, new StreamVerdicts(select.Matchers)) { }

    public override IReadOnlyList<ReadOnlyMemory<byte>>? Needles => select.Needles;

    public IReadOnlyList<FieldCondition> RecordFields => select.RecordFields ?? [];

    public IReadOnlyList<FieldCondition> Fields => select.Fields ?? [];

    public IReadOnlyList<LineMatcher> Expressions => select.Expressions ?? [];

    // Words of fields are in the filters of words since the present format.
    public override IReadOnlyList<ReadOnlyMemory<byte>> ValuesIn(EventSegment<LogBatch> segment)
    {
        if (segment == _lastSegment)
            return _lastValues;
        _lastSegment = segment;
        return _lastValues = segment.IsOfPresentFormat ? LogFieldValues.Of(select, segment) : [];
    }

    public bool NewestFirst => select.NewestFirst;

    public IReadOnlyList<string>? OnlyFields => select.OnlyFields;

    public override EventFilter<LogBatch> Fork() => new LogFilter(select, streams);

    public override bool WantsTag(ReadOnlySpan<byte> tag) => streams.Wants(tag);

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
