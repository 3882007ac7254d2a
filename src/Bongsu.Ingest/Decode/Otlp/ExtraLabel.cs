namespace Bongsu.Ingest.Decode.Otlp;

/// <summary>The label that tells the series of one point apart: the bound of a bucket, or a quantile.</summary>
internal readonly record struct ExtraLabel(byte Kind, double Value)
{
    public const byte None = 0;
    private const byte LeKind = 1;
    private const byte QuantileKind = 2;
    private const byte ResourceKind = 3;

    /// <summary>No label: the series describes the resource, and is no metric that a sender has given the same name.</summary>
    public static readonly ExtraLabel OfResource = new(ResourceKind, 0);

    public ReadOnlySpan<byte> Name => Kind == LeKind ? "le"u8 : "quantile"u8;

    public static ExtraLabel Le(double bound) => new(LeKind, bound);

    public static ExtraLabel Quantile(double quantile) => new(QuantileKind, quantile);
}
