namespace Bongsu.Server.Configuration;

/// <summary>Where a sampling policy stands, which says what it may be.</summary>
internal enum PolicyPlace
{
    Top,
    /// <summary>Inside and, drop or not.</summary>
    Part,
    /// <summary>Inside composite.</summary>
    Share,
}
