using System.Text.Unicode;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Events;

namespace Bongsu.Ingest.Decode;

/// <summary>Checks and rewrites nested attribute values in their wire form (see <see cref="AnyValueWire"/>).</summary>
internal static class AnyValueWalk
{
    public enum Form : byte
    {
        Good,
        /// <summary>Well formed, but text in it is not UTF-8.</summary>
        BadText,
        TooDeep,
        Malformed,
    }

    /// <summary>The form of the content of an ArrayValue or KeyValueList whose values stand at <paramref name="depth"/>.</summary>
    public static Form CheckNested(ReadOnlySpan<byte> nested, bool isMap, int depth)
    {
        if (depth > AnyValueWire.MaxDepth)
            return Form.TooDeep;
        var worst = Form.Good;
        var fields = new ProtoReader(nested);
        while (fields.Read())
        {
            if (fields is not { Field: 1, Wire: ProtoWire.Bytes })
                continue;
            var form = isMap ? CheckPair(fields.Bytes, depth) : CheckAny(fields.Bytes, depth);
            if (form > worst)
                worst = form;
            if (worst >= Form.TooDeep)
                return worst;
        }
        return fields.IsMalformed ? Form.Malformed : worst;
    }

    /// <summary>
    /// Copies an ArrayValue or KeyValueList with its texts passed through <paramref name="edit"/>. The input has been checked by
    /// <see cref="CheckNested"/>.
    /// </summary>
    public static void RewriteNested<TEdit>(ReadOnlySpan<byte> nested, bool isMap, ProtoWriter to, ref TEdit edit)
        where TEdit : struct, ITextEdit, allows ref struct
    {
        var fields = new ProtoReader(nested);
        while (fields.Read())
        {
            if (fields is not { Field: 1, Wire: ProtoWire.Bytes })
                continue;
            var open = to.Open(1);
            if (isMap)
                RewritePair(fields.Bytes, to, ref edit);
            else
                RewriteAny(fields.Bytes, default, to, ref edit);
            to.Close(open);
        }
    }

    private static Form CheckPair(ReadOnlySpan<byte> pair, int depth)
    {
        var worst = Form.Good;
        var fields = new ProtoReader(pair);
        while (fields.Read())
        {
            var form = fields switch
            {
                { Field: 1, Wire: ProtoWire.Bytes } => Utf8.IsValid(fields.Bytes) ? Form.Good : Form.BadText,
                { Field: 2, Wire: ProtoWire.Bytes } => CheckAny(fields.Bytes, depth),
                _ => Form.Good,
            };
            if (form > worst)
                worst = form;
            if (worst >= Form.TooDeep)
                return worst;
        }
        return fields.IsMalformed ? Form.Malformed : worst;
    }

    private static Form CheckAny(ReadOnlySpan<byte> any, int depth)
    {
        var worst = Form.Good;
        var fields = new ProtoReader(any);
        while (fields.Read())
        {
            var form = fields switch
            {
                { Field: 1, Wire: ProtoWire.Bytes } => Utf8.IsValid(fields.Bytes) ? Form.Good : Form.BadText,
                { Field: 5, Wire: ProtoWire.Bytes } => CheckNested(fields.Bytes, isMap: false, depth + 1),
                { Field: 6, Wire: ProtoWire.Bytes } => CheckNested(fields.Bytes, isMap: true, depth + 1),
                _ => Form.Good,
            };
            if (form > worst)
                worst = form;
            if (worst >= Form.TooDeep)
                return worst;
        }
        return fields.IsMalformed ? Form.Malformed : worst;
    }

    private static void RewritePair<TEdit>(ReadOnlySpan<byte> pair, ProtoWriter to, ref TEdit edit) where TEdit : struct, ITextEdit, allows ref struct
    {
        ReadOnlySpan<byte> key = default, value = default;
        var fields = new ProtoReader(pair);
        while (fields.Read())
        {
            if (fields is { Field: 1, Wire: ProtoWire.Bytes })
                key = fields.Bytes;
            else if (fields is { Field: 2, Wire: ProtoWire.Bytes })
                value = fields.Bytes;
        }
        to.Bytes(1, edit.Key(key));
        var open = to.Open(2);
        RewriteAny(value, key, to, ref edit);
        to.Close(open);
    }

    private static void RewriteAny<TEdit>(ReadOnlySpan<byte> any, ReadOnlySpan<byte> key, ProtoWriter to, ref TEdit edit)
        where TEdit : struct, ITextEdit, allows ref struct
    {
        if (edit.Whole(key) is { } replacement)
        {
            to.Text(1, replacement);
            return;
        }
        var fields = new ProtoReader(any);
        while (fields.Read())
        {
            switch (fields.Field, fields.Wire)
            {
                case (1, ProtoWire.Bytes):
                    to.Bytes(1, edit.Text(fields.Bytes));
                    break;
                case (5 or 6, ProtoWire.Bytes):
                    var open = to.Open(fields.Field);
                    RewriteNested(fields.Bytes, fields.Field == 6, to, ref edit);
                    to.Close(open);
                    break;
                case (7, ProtoWire.Bytes):
                    to.Bytes(7, fields.Bytes);
                    break;
                case (2 or 3, ProtoWire.Varint):
                    to.Varint(fields.Field, fields.Number);
                    break;
                case (4, ProtoWire.Fixed64):
                    to.Fixed64(4, fields.Number);
                    break;
            }
        }
    }
}
