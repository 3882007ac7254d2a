namespace Bongsu.Ingest.Pipeline.Sampling.Ottl;

/// <summary><c>and</c>.</summary>
internal sealed class OttlAll(OttlNode left, OttlNode right) : OttlNode
{
    public override OttlValue Get(in OttlContext context) => OttlValue.Of(left.Get(context).IsTrue && right.Get(context).IsTrue);
}
