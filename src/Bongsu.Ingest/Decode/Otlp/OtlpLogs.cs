using Bongsu.Ingest.Decode.JsonLines;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Ingest.Decode.Otlp;

/// <summary>
/// Walks an ExportLogsServiceRequest (opentelemetry/proto/logs/v1/logs.proto) into a log batch. A record that breaks a rule is refused by itself and
/// counted; malformed bytes fail the request. Not thread-safe.
/// </summary>
internal sealed class OtlpLogs
{
    private readonly IngestLimits _limits;
    private readonly AttributeDecoder _attributes;
    private readonly OriginDecoder _origins;
    private readonly LabelBuffer _labels = new();
    private readonly JsonFacts _json = new();
    private readonly int[] _streams = new int[Severity.Count];
    private DecodeFailure? _failure;
    private string? _refusal;
    private RejectReason _refusalReason;
    private int _repaired;
    private long _nowNanos;

    public OtlpLogs(IngestLimits limits)
    {
        _limits = limits;
        _attributes = new AttributeDecoder(limits);
        _origins = new OriginDecoder(_attributes, limits);
    }

    /// <summary>Records of the last request without any time.</summary>
    public int WithoutTime { get; private set; }

    /// <summary>Fills the batch; a failure means that nothing of it may be stored. Records without any time get <paramref name="nowNanos"/>.</summary>
    public DecodeFailure? Decode(ReadOnlySpan<byte> request, long nowNanos, LogBatch batch, RejectionTally tally)
    {
        _failure = null;
        _repaired = 0;
        _nowNanos = nowNanos;
        WithoutTime = 0;
        var fields = new ProtoReader(request);
        while (fields.Read())
        {
            if (fields is { Field: 1, Wire: ProtoWire.Bytes } && !ResourceLogs(request, fields.Bytes, batch, tally))
                return _failure;
        }
        if (fields.IsMalformed)
            return OtlpMessage.Malformed("resource_logs", request, request, fields.Position);
        tally.RepairedTexts += _repaired + _attributes.TakeRepaired() + _origins.TakeRepaired();
        return null;
    }

    private bool ResourceLogs(ReadOnlySpan<byte> request, ReadOnlySpan<byte> message, LogBatch batch, RejectionTally tally)
    {
        ReadOnlySpan<byte> resource = default, schemaUrl = default;
        var fields = new ProtoReader(message);
        while (fields.Read())
        {
            switch (fields.Field, fields.Wire)
            {
                case (1, ProtoWire.Bytes): resource = fields.Bytes; break;
                case (3, ProtoWire.Bytes): schemaUrl = fields.Bytes; break;
            }
        }
        if (fields.IsMalformed)
            return Fail(OtlpMessage.Malformed("resource_logs", request, message, fields.Position));
        var owner = -1;
        if (_origins.TryResource(resource, schemaUrl, batch.Attributes, out var added))
        {
            batch.Resources.Add(added);
            owner = batch.Resources.Count - 1;
            Array.Fill(_streams, -1);
        }
        else if (_attributes.IsMalformed)
        {
            return Fail(OtlpMessage.Malformed("resource", request, resource, 0));
        }
        if (BatchBounds.Check(_limits, batch) is { } tooLarge)
            return Fail(tooLarge);
        fields = new ProtoReader(message);
        while (fields.Read())
        {
            if (fields is { Field: 2, Wire: ProtoWire.Bytes } && !ScopeLogs(request, fields.Bytes, owner, batch, tally))
                return false;
        }
        return true;
    }

    private bool ScopeLogs(ReadOnlySpan<byte> request, ReadOnlySpan<byte> message, int resource, LogBatch batch, RejectionTally tally)
    {
        ReadOnlySpan<byte> scope = default, schemaUrl = default;
        var fields = new ProtoReader(message);
        while (fields.Read())
        {
            switch (fields.Field, fields.Wire)
            {
                case (1, ProtoWire.Bytes): scope = fields.Bytes; break;
                case (3, ProtoWire.Bytes): schemaUrl = fields.Bytes; break;
            }
        }
        if (fields.IsMalformed)
            return Fail(OtlpMessage.Malformed("scope_logs", request, message, fields.Position));
        if (resource < 0)
        {
            tally.Add(_attributes.FaultReason, "resource: " + _attributes.Fault, OtlpMessage.CountChildren(message, 2));
            return true;
        }
        if (!_origins.TryScope(scope, schemaUrl, batch.Attributes, out var added))
        {
            if (_attributes.IsMalformed)
                return Fail(OtlpMessage.Malformed("scope", request, scope, 0));
            tally.Add(_attributes.FaultReason, "scope: " + _attributes.Fault, OtlpMessage.CountChildren(message, 2));
            return true;
        }
        batch.Scopes.Add(added);
        return BatchBounds.Check(_limits, batch) is { } tooLarge ? Fail(tooLarge) : Records(request, message, resource, batch, tally);
    }

    private bool Records(ReadOnlySpan<byte> request, ReadOnlySpan<byte> message, int resource, LogBatch batch, RejectionTally tally)
    {
        var fields = new ProtoReader(message);
        while (fields.Read())
        {
            if (fields is not { Field: 2, Wire: ProtoWire.Bytes })
                continue;
            if (batch.Count + tally.Count >= _limits.RecordsPerRequest)
                return Fail(OtlpMessage.TooMany("log records", _limits.RecordsPerRequest));
            var record = new LogRecord { Resource = resource, Scope = batch.Scopes.Count - 1 };
            _refusal = null;
            if (!One(fields.Bytes, ref record, batch, out var at))
                return Fail(OtlpMessage.Malformed("a log record", request, fields.Bytes, at));
            if (BatchBounds.Check(_limits, batch) is { } tooLarge)
                return Fail(tooLarge);
            if (_refusal is not null)
            {
                tally.Add(_refusalReason, _refusal);
                continue;
            }
            if (record is { SeverityNumber: 0, SeverityText.IsEmpty: true, Body.Kind: AttributeKind.String })
                FromBody(ref record, batch.Arena);
            record.Stream = Stream(batch, record);
            batch.Records.Add(record);
        }
        return true;
    }

    /// <summary>A collector that only read a file says no level; a JSON body does, and which trace it belongs to.</summary>
    private void FromBody(ref LogRecord record, ByteArena arena)
    {
        if (!_json.TryRead(arena.Get(record.Body.Payload), out var facts))
            return;
        record.SeverityNumber = facts.Severity;
        if (record.TraceId.IsEmpty && record.SpanId.IsEmpty)
            (record.TraceId, record.SpanId) = (facts.TraceId, facts.SpanId);
    }

    private bool One(ReadOnlySpan<byte> message, ref LogRecord record, LogBatch batch, out int at)
    {
        // Hot path: 0 B/op after warm-up (see OtlpLogDecodeBenchmark, AllocationTests)
        var attributes = batch.Attributes.Count;
        ulong time = 0, observed = 0;
        var ok = true;
        var fields = new ProtoReader(message);
        while (ok && fields.Read())
        {
            switch (fields.Field, fields.Wire)
            {
                case (1, ProtoWire.Fixed64): time = fields.Number; break;
                case (2, ProtoWire.Varint): record.SeverityNumber = fields.Number <= 24 ? (byte)fields.Number : (byte)0; break;
                case (3, ProtoWire.Bytes): record.SeverityText = Name(batch.Arena, fields.Bytes, "severity_text"); break;
                case (5, ProtoWire.Bytes): ok = Body(batch.Arena, fields.Bytes, ref record); break;
                case (6, ProtoWire.Bytes): ok = Attribute(batch.Attributes, attributes, fields.Bytes, ref record.DroppedAttributes); break;
                case (7, ProtoWire.Varint): record.DroppedAttributes += (int)Math.Min(fields.Number, int.MaxValue / 2); break;
                case (8, ProtoWire.Fixed32): record.Flags = (uint)fields.Number; break;
                // Why: a log line with a broken trace id is still a log line; it is kept without the id.
                case (9, ProtoWire.Bytes): record.TraceId = TraceId.FromBytes(fields.Bytes); break;
                case (10, ProtoWire.Bytes): record.SpanId = SpanId.FromBytes(fields.Bytes); break;
                case (11, ProtoWire.Fixed64): observed = fields.Number; break;
                case (12, ProtoWire.Bytes): record.EventName = Name(batch.Arena, fields.Bytes, "event_name"); break;
            }
        }
        at = fields.Position;
        record.Attributes = batch.Attributes.Since(attributes);
        Times(ref record, time, observed);
        return ok && !fields.IsMalformed;
    }

    private void Times(ref LogRecord record, ulong time, ulong observed)
    {
        if (time > OtlpMessage.MaxNanos || observed > OtlpMessage.MaxNanos)
            Refuse(RejectReason.TooFarInFuture, "a log time is beyond the year 2262; times are nanoseconds since 1970");
        record.ObservedTimeUnixNano = (long)observed;
        // Those without a time are told apart by a nanosecond each: equal ones of one moment would count as one.
        record.TimeUnixNano = time != 0 ? (long)time : observed != 0 ? (long)observed : _nowNanos + WithoutTime++;
    }

    private bool Body(ByteArena arena, ReadOnlySpan<byte> any, ref LogRecord record) =>
        _attributes.TryValue(arena, any, default, _limits.LogLineBytes, out record.Body) || Fault();

    private bool Attribute(AttributeTable table, int start, ReadOnlySpan<byte> keyValue, ref int dropped) =>
        _attributes.Add(table, start, keyValue, ref dropped) || Fault();

    private bool Fault()
    {
        Refuse(_attributes.FaultReason, _attributes.Fault!);
        return !_attributes.IsMalformed;
    }

    private Slice Name(ByteArena arena, ReadOnlySpan<byte> text, string what)
    {
        if (text.Length <= _limits.NameBytes)
            return Text.Append(arena, text, ref _repaired);
        Refuse(RejectReason.TooLarge, $"{what} of {text.Length} bytes; the limit is {_limits.NameBytes}");
        return default;
    }

    private int Stream(LogBatch batch, in LogRecord record)
    {
        var level = Severity.Level(record.SeverityNumber, batch.Arena.Get(record.SeverityText));
        if (_streams[level] >= 0)
            return _streams[level];
        var identity = new Identity(batch.Attributes, batch.Resources[record.Resource].Attributes);
        _labels.Clear();
        if (identity.Service.IsEmpty)
            _labels.Add("service_name"u8, Identity.UnknownService);
        else
            _labels.Add("service_name"u8, Cut(identity.Service));
        _labels.Add("deployment_environment_name"u8, Cut(identity.EnvironmentText));
        _labels.Add("level"u8, Severity.Name(level));
        _labels.Canonical(out var canonical);
        batch.Streams.Add(batch.Arena.Append(canonical));
        return _streams[level] = batch.Streams.Count - 1;
    }

    private ReadOnlySpan<byte> Cut(ReadOnlySpan<byte> value) => Text.Cut(value, _limits.LabelValueBytes);

    private void Refuse(RejectReason reason, string detail)
    {
        if (_refusal is not null)
            return;
        _refusal = detail;
        _refusalReason = reason;
    }

    private bool Fail(DecodeFailure failure)
    {
        _failure = failure;
        return false;
    }
}
