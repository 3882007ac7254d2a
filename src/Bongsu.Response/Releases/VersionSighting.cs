namespace Bongsu.Response.Releases;

/// <summary>A version of a service that was at work in the scanned time.</summary>
/// <param name="StartMs">When its latest uninterrupted run began, as far as the scan shows.</param>
/// <param name="AwaySinceMs">When the run before that one ended; null when there was none.</param>
/// <param name="LastMs">Its last sign of life.</param>
internal sealed record VersionSighting(string Service, string Version, long StartMs, long? AwaySinceMs, long LastMs, IReadOnlyList<string> Instances)
{
    // Shorter silences are a late export; longer ones count as away only when another version worked meanwhile.
    private const long AwayMs = 20_000;

    /// <param name="lifeMs">Every sign of life, ascending; at least one.</param>
    public static VersionSighting Of(string service, string version, IReadOnlyList<long> lifeMs, IReadOnlyList<string> instances)
    {
        for (var i = lifeMs.Count - 1; i > 0; i--)
        {
            if (lifeMs[i] - lifeMs[i - 1] > AwayMs)
                return new(service, version, lifeMs[i], lifeMs[i - 1], lifeMs[^1], instances);
        }
        return new(service, version, lifeMs[0], null, lifeMs[^1], instances);
    }
}
