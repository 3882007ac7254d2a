namespace Bongsu.Ingest.Pipeline.Sampling.Ottl;

/// <summary><c>IsRootSpan()</c>: the span has no parent.</summary>
internal sealed class OttlIsRoot : OttlNode
{
    public override OttlValue Get(in OttlContext context) => OttlValue.Of(context.Span.ParentSpanId.IsEmpty);
}
