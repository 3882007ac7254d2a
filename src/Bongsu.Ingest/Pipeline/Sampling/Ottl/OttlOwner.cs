namespace Bongsu.Ingest.Pipeline.Sampling.Ottl;

/// <summary>Whose attributes a path names.</summary>
internal enum OttlOwner : byte
{
    Span,
    Event,
    Resource,
    Scope,
}
