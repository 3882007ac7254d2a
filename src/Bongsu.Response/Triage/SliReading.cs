using Bongsu.Response.Red;

namespace Bongsu.Response.Triage;

/// <summary>The indicator that is said to be off, on a grid that suits its data.</summary>
/// <param name="Node">Its requests by the service's one RED source; null when there are none.</param>
/// <param name="Sources">Where to read every service for localizing: its spans when it has any, so that requests and calls are counted alike.</param>
internal sealed record SliReading(BinGrid Grid, CallNode? Node, IReadOnlyDictionary<string, RedSource> Sources);
