using Bongsu.Telemetry;

namespace Bongsu.Ingest.Decode.Exposition;

/// <summary>
/// One Metric of a MetricFamily (io.prometheus.client, metrics.proto), taken apart so far that its labels, its time and its one value message are known.
/// </summary>
internal readonly ref struct ClientMetric
{
    private const int LabelField = 1;

    private ClientMetric(ReadOnlySpan<byte> message, int kind, ReadOnlySpan<byte> value, bool hasTime, long timestampMs)
    {
        Message = message;
        Kind = kind;
        Value = value;
        HasTime = hasTime;
        TimestampMs = timestampMs;
    }

    public const int Gauge = 2;
    public const int Counter = 3;
    public const int Summary = 4;
    public const int Untyped = 5;
    public const int Histogram = 7;

    public ReadOnlySpan<byte> Message { get; }

    /// <summary>The field of the value: one of the constants; 0 when there is none.</summary>
    public int Kind { get; }

    public ReadOnlySpan<byte> Value { get; }

    public bool HasTime { get; }

    public long TimestampMs { get; }

    /// <summary>False when the bytes are malformed.</summary>
    public static bool TryRead(ReadOnlySpan<byte> message, out ClientMetric metric)
    {
        var kind = 0;
        ReadOnlySpan<byte> value = default;
        var hasTime = false;
        long timestampMs = 0;
        var fields = new ProtoReader(message);
        while (fields.Read())
        {
            switch (fields.Field, fields.Wire)
            {
                case (Gauge or Counter or Summary or Untyped or Histogram, ProtoWire.Bytes):
                    kind = fields.Field;
                    value = fields.Bytes;
                    break;
                case (6, ProtoWire.Varint):
                    hasTime = true;
                    timestampMs = (long)fields.Number;
                    break;
            }
        }
        metric = new ClientMetric(message, kind, value, hasTime, timestampMs);
        return !fields.IsMalformed;
    }

    /// <summary>Appends the bytes of the labels, as they came, to a key.</summary>
    public void AppendLabels(ByteBuffer key)
    {
        var fields = new ProtoReader(Message);
        while (fields.Read())
        {
            if (fields is not { Field: LabelField, Wire: ProtoWire.Bytes })
                continue;
            key.Commit(Varint.Write(key.Reserve(Varint.MaxSize), (ulong)fields.Bytes.Length));
            key.Append(fields.Bytes);
        }
    }

    /// <summary>Adds the labels; false, and why, when one is not to be taken.</summary>
    public static bool TryLabels(ReadOnlySpan<byte> message, int maxLabels, LabelBuffer labels, out string? error)
    {
        error = null;
        var fields = new ProtoReader(message);
        while (fields.Read())
        {
            if (fields is not { Field: LabelField, Wire: ProtoWire.Bytes })
                continue;
            ReadOnlySpan<byte> name = default, value = default;
            var pair = new ProtoReader(fields.Bytes);
            while (pair.Read())
            {
                if (pair is { Field: 1, Wire: ProtoWire.Bytes })
                    name = pair.Bytes;
                else if (pair is { Field: 2, Wire: ProtoWire.Bytes })
                    value = pair.Bytes;
            }
            error = pair.IsMalformed ? "a label is malformed"
                : name.IsEmpty ? "a label name is empty"
                : !System.Text.Unicode.Utf8.IsValid(name) || !System.Text.Unicode.Utf8.IsValid(value) ? $"label \"{Text.Preview(name)}\" is not valid UTF-8"
                : labels.Count <= maxLabels && labels.Find(name) >= 0 ? $"label name \"{Text.Preview(name)}\" is not unique"
                : null;
            if (error is not null)
                return false;
            if (labels.Count <= maxLabels)
                labels.Add(name, value);
        }
        return !fields.IsMalformed;
    }

    /// <summary>A google.protobuf.Timestamp in ms since the epoch; 0 when it is none.</summary>
    public static long TimeMs(ReadOnlySpan<byte> message)
    {
        long seconds = 0, nanos = 0;
        var fields = new ProtoReader(message);
        while (fields.Read())
        {
            if (fields is { Field: 1, Wire: ProtoWire.Varint })
                seconds = (long)fields.Number;
            else if (fields is { Field: 2, Wire: ProtoWire.Varint })
                nanos = (long)fields.Number;
        }
        return seconds is > 0 and < 100_000_000_000 && nanos is >= 0 and < 1_000_000_000 ? seconds * 1000 + nanos / 1_000_000 : 0;
    }
}
