namespace Bongsu.Ingest.Pipeline.Sampling.Ottl;

/// <summary><c>attributes["key"]</c> of the span, its event, its resource or its scope.</summary>
internal sealed class OttlAttributePath(OttlOwner owner, byte[] key) : OttlNode
{
    public override OttlValue Get(in OttlContext context)
    {
        var (batch, span) = (context.Batch, context.Span);
        return owner switch
        {
            OttlOwner.Span => OttlValue.Of(batch.Attributes, span.Attributes, key),
            OttlOwner.Event when context.Event >= 0 => OttlValue.Of(batch.Attributes, batch.Events.Span[context.Event].Attributes, key),
            OttlOwner.Resource when span.Resource >= 0 => OttlValue.Of(batch.Attributes, batch.Resources.Span[span.Resource].Attributes, key),
            OttlOwner.Scope when span.Scope >= 0 => OttlValue.Of(batch.Attributes, batch.Scopes.Span[span.Scope].Attributes, key),
            _ => OttlValue.Nil,
        };
    }
}
