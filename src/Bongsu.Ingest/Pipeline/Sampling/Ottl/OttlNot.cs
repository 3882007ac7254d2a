namespace Bongsu.Ingest.Pipeline.Sampling.Ottl;

/// <summary><c>not</c>.</summary>
internal sealed class OttlNot(OttlNode part) : OttlNode
{
    public override OttlValue Get(in OttlContext context) => OttlValue.Of(!part.Get(context).IsTrue);
}
