using Bongsu.Storage.Codecs;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Storage.Segments;

/// <summary>Copies log records; see <see cref="EventCopier{TBatch}"/>.</summary>
internal sealed class LogCopier : EventCopier<LogBatch>
{
    private readonly OriginCopier _origin;
    private readonly ByteDictionary _streams = new();
    // By the number of a stream in a source its number in the target, from 1 on.
    private readonly Dictionary<LogBatch, int[]> _seenStreams = [];
    private LogBatch? _lastFrom;
    private int[] _lastStreams = [];

    public LogCopier() => _origin = new OriginCopier(Target.Attributes, Target.Resources, Target.Scopes);

    public override void Reserve(LogBatch from)
    {
        Target.Arena.Reserve(from.Arena.Length);
        Target.Records.Reserve(from.Count);
    }

    public override void Clear()
    {
        _origin.Clear();
        _streams.Clear();
        _seenStreams.Clear();
        _lastFrom = null;
        Target.Clear();
    }

    public override void Copy(LogBatch from, int row)
    {
        var record = from.Records[row];
        record.Stream = Stream(from, record.Stream);
        record.Resource = _origin.Resource(from.Attributes, from.Resources, record.Resource);
        record.Scope = _origin.Scope(from.Attributes, from.Scopes, record.Scope);
        record.SeverityText = _origin.Shared(from.Arena, record.SeverityText);
        record.EventName = _origin.Shared(from.Arena, record.EventName);
        record.Body = record.Body with { Payload = _origin.Text(from.Arena, record.Body.Payload) };
        if (record.FieldsAt > 0)
            record.FieldsAt = CopyFields(from, record.FieldsAt - 1);
        record.Attributes = _origin.Range(from.Attributes, record.Attributes);
        Target.Records.Add(record);
    }

    private int Stream(LogBatch from, int number)
    {
        if (from != _lastFrom && !_seenStreams.TryGetValue(_lastFrom = from, out _lastStreams!))
            _seenStreams[from] = _lastStreams = new int[from.Streams.Count];
        if (_lastStreams[number] == 0)
        {
            var labels = from.StreamLabels(number);
            if (_streams.TryAdd(labels, out var stream))
                Target.Streams.Add(Target.Arena.Append(labels));
            _lastStreams[number] = stream + 1;
        }
        return _lastStreams[number] - 1;
    }

    // The fields of a record stand together, as many as of any other in its batch.
    private int CopyFields(LogBatch from, int start)
    {
        var at = Target.FieldValues.Count + 1;
        foreach (var value in from.FieldValues.Span.Slice(start, from.FieldCount))
            Target.FieldValues.Add(value.Length <= 0 ? value : _origin.Text(from.Arena, value));
        Target.FieldCount = from.FieldCount;
        return at;
    }
}
