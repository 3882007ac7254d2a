namespace Bongsu.Ingest.Pipeline.Sampling.Ottl;

/// <summary>A part of a condition. Immutable.</summary>
internal abstract class OttlNode
{
    // Hot path: 0 B/op.
    public abstract OttlValue Get(in OttlContext context);
}
