namespace Bongsu.Response.Triage;

/// <summary>Something that might have been the cause, and why it ranks where it does.</summary>
/// <param name="Service">The service, or the object of an edge: <c>caller -> peer</c>.</param>
/// <param name="Score">Log-odds by <see cref="TriageWeights"/>; comparable within one answer only.</param>
public sealed record Suspect(
    string Service, SuspectKind Kind, double Score, double? Share, string Why, string WhyCode,
    IReadOnlyDictionary<string, double> Numbers, IReadOnlyDictionary<string, string> Texts);
