using Bongsu.Telemetry;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Ingest.Decode.Loki;

/// <summary>Walks a Loki PushRequest (pkg/push/push.proto): streams of labels in text and entries. Not thread-safe.</summary>
internal sealed class LokiProto(IngestLimits limits)
{
    private readonly LokiEntries _entries = new(limits);
    private DecodeFailure? _tooLarge;

    /// <summary>Fills the batch; a failure means that nothing of it may be stored.</summary>
    public DecodeFailure? Decode(ReadOnlySpan<byte> request, LogBatch batch, RejectionTally tally)
    {
        _entries.Begin();
        _tooLarge = null;
        var fields = new ProtoReader(request);
        while (fields.Read())
        {
            if (fields is { Field: 1, Wire: ProtoWire.Bytes } && !Stream(fields.Bytes, batch, tally))
                return _tooLarge ?? Malformed(request, fields.Position);
        }
        _entries.End(tally);
        return fields.IsMalformed ? Malformed(request, fields.Position) : null;
    }

    private static DecodeFailure Malformed(ReadOnlySpan<byte> request, int at) =>
        new($"malformed protobuf: a stream is cut short or malformed before byte {at} of {request.Length}; nothing of the request was stored");

    private bool Stream(ReadOnlySpan<byte> message, LogBatch batch, RejectionTally tally)
    {
        ReadOnlySpan<byte> labels = default;
        var fields = new ProtoReader(message);
        while (fields.Read())
        {
            if (fields is { Field: 1, Wire: ProtoWire.Bytes })
                labels = fields.Bytes;
        }
        if (fields.IsMalformed)
            return false;
        _entries.Labels.Clear();
        var fault = StreamLabels.TryParse(labels, limits.LabelsPerSeries, _entries.Labels, _entries.Scratch, out var why) ? null : $"stream labels '{Text.Preview(labels)}': {why}";
        _entries.BeginStream(batch, fault);
        _tooLarge = _entries.TooLarge(batch, tally);
        fields = new ProtoReader(message);
        while (_tooLarge is null && fields.Read())
        {
            if (fields is { Field: 2, Wire: ProtoWire.Bytes } && !Entry(fields.Bytes, batch, tally))
                return false;
            _tooLarge = _entries.TooLarge(batch, tally);
        }
        return _tooLarge is null;
    }

    private bool Entry(ReadOnlySpan<byte> message, LogBatch batch, RejectionTally tally)
    {
        _entries.BeginEntry(batch);
        ReadOnlySpan<byte> line = default;
        long seconds = 0, nanos = 0;
        string? fault = null;
        var fields = new ProtoReader(message);
        while (fields.Read())
        {
            switch (fields.Field, fields.Wire)
            {
                case (1, ProtoWire.Bytes):
                    if (!Timestamp(fields.Bytes, out seconds, out nanos))
                        return false;
                    break;
                case (2, ProtoWire.Bytes): line = fields.Bytes; break;
                case (3, ProtoWire.Bytes):
                    if (!Metadata(fields.Bytes, batch, ref fault))
                        return false;
                    break;
            }
        }
        var possible = LokiEntries.TryNanos(seconds, nanos, out var time);
        _entries.AddEntry(batch, time, possible, line, fault, tally);
        return !fields.IsMalformed;
    }

    private bool Metadata(ReadOnlySpan<byte> message, LogBatch batch, ref string? fault)
    {
        ReadOnlySpan<byte> name = default, value = default;
        var fields = new ProtoReader(message);
        while (fields.Read())
        {
            if (fields is { Field: 1, Wire: ProtoWire.Bytes })
                name = fields.Bytes;
            else if (fields is { Field: 2, Wire: ProtoWire.Bytes })
                value = fields.Bytes;
        }
        if (!_entries.AddMetadata(batch, name, value, out var wrong))
            fault ??= wrong;
        return !fields.IsMalformed;
    }

    private static bool Timestamp(ReadOnlySpan<byte> message, out long seconds, out long nanos)
    {
        seconds = nanos = 0;
        var fields = new ProtoReader(message);
        while (fields.Read())
        {
            if (fields is { Field: 1, Wire: ProtoWire.Varint })
                seconds = (long)fields.Number;
            else if (fields is { Field: 2, Wire: ProtoWire.Varint })
                nanos = (int)fields.Number;
        }
        return !fields.IsMalformed;
    }
}
