namespace Bongsu.Response.Triage;

/// <summary>What may be the cause: a service (no peer), or the way from a service to a peer.</summary>
internal readonly record struct SuspectKey(SuspectKind Kind, string Service, string? Peer = null) : IComparable<SuspectKey>
{
    public string Object => Peer is null ? Service : $"{Service} -> {Peer}";

    public int CompareTo(SuspectKey other) =>
        Kind != other.Kind ? Kind.CompareTo(other.Kind) : string.CompareOrdinal(Object, other.Object);
}
