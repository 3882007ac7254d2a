using Bongsu.Telemetry;

namespace Bongsu.Ingest.Decode.Otlp;

/// <summary>Whether the points of a metric are well formed to their last field, before any of them takes effect.</summary>
internal static class PointCheck
{
    public static bool IsWellFormed(ReadOnlySpan<byte> data, int kind, out int at)
    {
        var fields = new ProtoReader(data);
        while (fields.Read())
        {
            at = fields.Position;
            if (fields is { Field: 1, Wire: ProtoWire.Bytes } && !IsPointWellFormed(fields.Bytes, kind))
                return false;
        }
        at = fields.Position;
        return !fields.IsMalformed;
    }

    private static bool IsPointWellFormed(ReadOnlySpan<byte> point, int kind)
    {
        var attributesField = AttributesField(kind);
        var fields = new ProtoReader(point);
        while (fields.Read())
        {
            if (fields.Wire != ProtoWire.Bytes)
                continue;
            var ok = fields.Field == attributesField ? IsKeyValue(fields.Bytes)
                : (kind, fields.Field) switch
                {
                    (9, 6) or (9, 7) => fields.Bytes.Length % 8 == 0,
                    (10, 8) or (10, 9) => AreBuckets(fields.Bytes),
                    (5 or 7, 5) or (9, 8) or (10, 11) => IsExemplar(fields.Bytes),
                    (11, 6) => IsFlat(fields.Bytes),
                    _ => true,
                };
            if (!ok)
                return false;
        }
        return !fields.IsMalformed;
    }

    public static int AttributesField(int kind) => kind switch { 9 => 9, 10 => 1, _ => 7 };

    private static bool IsKeyValue(ReadOnlySpan<byte> message)
    {
        var fields = new ProtoReader(message);
        while (fields.Read())
        {
            if (fields is { Field: 2, Wire: ProtoWire.Bytes } && !IsAny(fields.Bytes))
                return false;
        }
        return !fields.IsMalformed;
    }

    private static bool IsAny(ReadOnlySpan<byte> message)
    {
        var fields = new ProtoReader(message);
        while (fields.Read())
        {
            if (fields.Field is 5 or 6 && fields.Wire == ProtoWire.Bytes && AnyValueWalk.CheckNested(fields.Bytes, fields.Field == 6, 1) == AnyValueWalk.Form.Malformed)
                return false;
        }
        return !fields.IsMalformed;
    }

    private static bool IsExemplar(ReadOnlySpan<byte> message)
    {
        var fields = new ProtoReader(message);
        while (fields.Read())
        {
            if (fields is { Field: 7, Wire: ProtoWire.Bytes } && !IsKeyValue(fields.Bytes))
                return false;
        }
        return !fields.IsMalformed;
    }

    private static bool AreBuckets(ReadOnlySpan<byte> message)
    {
        var fields = new ProtoReader(message);
        while (fields.Read())
        {
            if (fields is not { Field: 2, Wire: ProtoWire.Bytes })
                continue;
            var at = 0;
            while (at < fields.Bytes.Length)
            {
                if (!Varint.TryRead(fields.Bytes, ref at, out _))
                    return false;
            }
        }
        return !fields.IsMalformed;
    }

    private static bool IsFlat(ReadOnlySpan<byte> message)
    {
        var fields = new ProtoReader(message);
        while (fields.Read()) { }
        return !fields.IsMalformed;
    }
}
