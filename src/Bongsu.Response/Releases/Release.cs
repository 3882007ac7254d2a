using System.Text.Json.Serialization;

namespace Bongsu.Response.Releases;

/// <summary>A version of a service that began to run, or was said to.</summary>
/// <param name="PreviousVersion">What ran before; null for the first version ever seen of a service, which is no change.</param>
/// <param name="Source"><c>seen</c> in the telemetry or <c>marked</c> by somebody.</param>
/// <param name="SuspectOf">Incidents it may have caused.</param>
public sealed record Release(
    string Id, string Service, string Version, string? PreviousVersion, long AtMs, string Source, IReadOnlyList<string> Instances,
    string? Commit, string? By, IReadOnlyList<string> SuspectOf)
{
    public const string Seen = "seen";
    public const string Marked = "marked";

    /// <summary>Whether something changed: the version that a service was first seen with only began to be seen.</summary>
    [JsonIgnore]
    public bool IsChange => PreviousVersion is not null || Source == Marked;
}
