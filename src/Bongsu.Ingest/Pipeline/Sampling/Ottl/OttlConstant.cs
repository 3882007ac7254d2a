namespace Bongsu.Ingest.Pipeline.Sampling.Ottl;

/// <summary>A literal, an enum, or <c>nil</c>.</summary>
internal sealed class OttlConstant : OttlNode
{
    private readonly OttlKind _kind;
    private readonly long _int;
    private readonly double _double;
    private readonly byte[] _text = [];

    public OttlConstant() => _kind = OttlKind.Nil;

    public OttlConstant(bool value) => (_kind, _int) = (OttlKind.Bool, value ? 1 : 0);

    public OttlConstant(long value) => (_kind, _int) = (OttlKind.Int, value);

    public OttlConstant(double value) => (_kind, _double) = (OttlKind.Double, value);

    public OttlConstant(byte[] text) => (_kind, _text) = (OttlKind.Text, text);

    public override OttlValue Get(in OttlContext context) => _kind switch
    {
        OttlKind.Bool => OttlValue.Of(_int != 0),
        OttlKind.Int => OttlValue.Of(_int),
        OttlKind.Double => OttlValue.Of(_double),
        OttlKind.Text => OttlValue.Of(_text),
        _ => OttlValue.Nil,
    };
}
