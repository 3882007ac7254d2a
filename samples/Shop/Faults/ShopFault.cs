namespace Shop.Faults;

/// <summary>Something that can be broken on purpose.</summary>
/// <param name="Name">As said on the command line.</param>
/// <param name="Description">What breaks, in one sentence.</param>
/// <param name="NeedsDatabase">It cannot be shown without PostgreSQL.</param>
/// <param name="Culprit">The service that triage should name.</param>
/// <param name="SwitchedAt">The service whose <c>/admin/faults/NAME</c> switches it; null if it is switched by starting a release.</param>
internal sealed record ShopFault(string Name, string Description, bool NeedsDatabase, string Culprit, string? SwitchedAt);
