using Bongsu.Telemetry.Events;

namespace Bongsu.Ingest.Pipeline.Sampling.Ottl;

/// <summary>A value while a condition is looked at; text points into the batch.</summary>
internal readonly ref struct OttlValue
{
    private readonly long _bits;

    private OttlValue(OttlKind kind, long bits, ReadOnlySpan<byte> text)
    {
        Kind = kind;
        _bits = bits;
        Text = text;
    }

    public OttlKind Kind { get; }

    public ReadOnlySpan<byte> Text { get; }

    public long Int => _bits;

    public double Number => Kind == OttlKind.Double ? BitConverter.Int64BitsToDouble(_bits) : _bits;

    public bool IsTrue => Kind == OttlKind.Bool && _bits != 0;

    public bool IsNumber => Kind is OttlKind.Int or OttlKind.Double;

    public static OttlValue Nil => default;

    public static OttlValue Of(bool value) => new(OttlKind.Bool, value ? 1 : 0, default);

    public static OttlValue Of(long value) => new(OttlKind.Int, value, default);

    public static OttlValue Of(double value) => new(OttlKind.Double, BitConverter.DoubleToInt64Bits(value), default);

    public static OttlValue Of(ReadOnlySpan<byte> text) => new(OttlKind.Text, 0, text);

    public static OttlValue Of(AttributeTable table, AttributeRange range, ReadOnlySpan<byte> key)
    {
        var row = table.Find(range, key);
        if (row < 0)
            return Nil;
        var value = table.Values.Span[row];
        return value.Kind switch
        {
            AttributeKind.Null => Nil,
            AttributeKind.String => Of(table.Arena.Get(value.Payload)),
            AttributeKind.Bool => Of(value.Bits != 0),
            AttributeKind.Int => Of(value.Bits),
            AttributeKind.Double => Of(value.AsDouble),
            _ => new OttlValue(OttlKind.Other, 0, default),
        };
    }
}
